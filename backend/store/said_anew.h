// What a site document says anew: an import changes only that, so that what people have edited since the last document stays.
#pragma once

#include <boost/json/object.hpp>

#include "store/pool.h"

namespace dcim::store {

/// A column of json; empty when it is null or no object.
boost::json::object object_in(const Rows& rows, std::size_t row, int column);

/// 8 and 8.0 are one number.
bool same_json(const boost::json::value& a, const boost::json::value& b);

/// What the document says now and did not say the last time; null for what it no longer says.
boost::json::object said_anew(const boost::json::object& said, const boost::json::object& last);

}  // namespace dcim::store
