#include "app/app.h"
#include "base/log.h"

int main() {
  const auto options = dcim::app::load_options({}, dcim::app::process_environment());
  if (!options) return 1;
  dcim::base::start_log("dcim", options->log_level);
  return dcim::app::serve(*options);
}
