// Blocks about power: how long the loss of an element of a large chain takes to follow, and of every element.
#pragma once

#include "site.h"

namespace dcim::bench {

/// 5,000 racks with two feeds each, 10,000 outlets, on 8 UPSs and 160 panels.
boost::json::object run_power(const Check& check);

}  // namespace dcim::bench
