// The community's device-type files (YAML: manufacturer, model, u_height, is_full_depth, airflow, weight, power-ports …) read as a device type. Pure.
#pragma once

#include "core/assets.h"

namespace dcim::core {

/// What the format has and we do not (interfaces, images, slug, comments) is passed over. Power is summed over the inlets, half U round up, weights
/// become kg, airflow from the left or the right is side-to-side. The format has no role: it is guessed from what the type has. The error's field is
/// a JSON Pointer, or empty with the line in its message where it stops being YAML.
base::Result<DeviceType> device_type_from_yaml(const std::string& text);

}  // namespace dcim::core
