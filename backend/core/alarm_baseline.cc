#include "core/alarm_baseline.h"

#include <algorithm>
#include <cmath>

namespace dcim::core {

std::string_view deviation_unit(std::string_view unit) { return unit == "°C" ? "K" : "%"; }

std::optional<double> deviation_of(double value, double baseline, bool in_kelvin) {
  if (in_kelvin) return value - baseline;
  if (baseline == 0) return std::nullopt;
  return (value - baseline) / std::abs(baseline) * 100;
}

std::optional<double> median_of(std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

void DailyMeans::begin(std::chrono::sys_days day) {
  days_.push_back({day});
  while (days_.front().day < day - kKept) days_.pop_front();
  std::vector<double> means;
  for (std::size_t i = 0; i + 1 < days_.size(); ++i) means.push_back(days_[i].sum / static_cast<double>(days_[i].count));
  usual_ = means.size() < kFewest ? std::nullopt : median_of(means);
}

std::optional<double> DailyMeans::push(base::Timestamp ts, double value) {
  const auto day = std::chrono::floor<std::chrono::days>(ts);
  if (days_.empty() || days_.back().day < day) begin(day);
  days_.back().sum += value;
  ++days_.back().count;
  return usual_;
}

void DailyMeans::set(std::chrono::sys_days day, double sum, std::int64_t count) {
  if (count <= 0 || (!days_.empty() && days_.back().day > day)) return;
  if (days_.empty() || days_.back().day < day) begin(day);
  days_.back() = {day, sum, count};
}

}  // namespace dcim::core
