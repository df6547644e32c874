// What a topic that nobody listens to may be: of its name, its last payload's fields and their units, a guess for people to confirm. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dcim::core {

struct SensorGuess {
  std::string field;  // JSON Pointer into the payload; empty for a bare number
  double value = 0;   // what it said
  std::string name, kind, unit;
};

struct TopicGuess {
  std::string name;                 // of the device
  std::string role;                 // e.g. "pdu"
  std::optional<std::string> room;  // code, as the topic says it
  std::optional<std::string> rack;  // name, likewise
  std::vector<SensorGuess> sensors;
};

inline constexpr std::size_t kMostGuesses = 200;

/// Of a payload that is no JSON, was cut off, or holds no number there are no sensors.
TopicGuess guess_topic(std::string_view topic, std::string_view payload);

}  // namespace dcim::core
