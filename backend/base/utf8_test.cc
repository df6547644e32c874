#include "base/utf8.h"

#include <gtest/gtest.h>

namespace dcim::base {
namespace {

using namespace std::string_literals;

const std::string kGone = "\xEF\xBF\xBD";

TEST(ValidUtf8, KeepsWhatIsText) {
  for (const std::string text : {"", "rack A01", "23 °C", "中", "𝄞", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"})
    EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesWhatIsNot) {
  EXPECT_EQ(valid_utf8("a\0b"s), "a" + kGone + "b");
  EXPECT_EQ(valid_utf8("°C"s.substr(0, 1)), kGone) << "cut in the middle";
  EXPECT_EQ(valid_utf8("\xE4\xB8"s + "x"), kGone + kGone + "x");
  EXPECT_EQ(valid_utf8("\xC0\x80"s), kGone + kGone) << "longer than need be";
  EXPECT_EQ(valid_utf8("\xE0\x9F\xBF"s), kGone + kGone + kGone);
  EXPECT_EQ(valid_utf8("\xF0\x8F\xBF\xBF"s), kGone + kGone + kGone + kGone);
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"s), kGone + kGone + kGone) << "half a surrogate pair";
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"s), kGone + kGone + kGone + kGone) << "beyond Unicode";
  EXPECT_EQ(valid_utf8("\xFF"s), kGone);
}

}  // namespace
}  // namespace dcim::base
