// Blocks about alarms: what judging costs a reading, and how long it takes from a reading's publication to an open page.
#pragma once

#include "site.h"

namespace dcim::bench {

/// The engine alone: 100,000 sensors, three rules on each, values that stay inside, and some that do not.
boost::json::object run_alarm_engine(const Check& check);

/// P4: while 10,000 readings a second come in, one sensor passes its limit and comes back, again and again. Measured from the
/// publication to the message on a browser's stream, which is sent after the commit: the alarm is in the database by then.
boost::json::object run_alarm_latency(const Check& check);

}  // namespace dcim::bench
