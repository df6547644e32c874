#include "core/csv.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using Fields = std::vector<std::string>;

std::vector<CsvRow> rows(std::string_view text) {
  auto out = parse_csv(text);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : std::vector<CsvRow>();
}

TEST(CsvTest, ReadsWhatProgramsWrite) {
  const auto plain = rows("name,notes\r\na,1\r\n\r\nb,\r\n");
  ASSERT_EQ(plain.size(), 3u);
  EXPECT_EQ(plain[1].fields, (Fields{"a", "1"}));
  EXPECT_EQ(plain[2].fields, (Fields{"b", ""}));
  EXPECT_EQ(plain[2].line, 4) << "the blank line is left out, and counts";
  EXPECT_EQ(rows("\xEF\xBB\xBFname;notes\na;\"x;y\"\n")[1].fields, (Fields{"a", "x;y"})) << "a BOM and semicolons";
  EXPECT_EQ(rows("name\tnotes\na\tb")[1].fields, (Fields{"a", "b"})) << "tabs, and no end of the last line";
  const auto broken = rows("a,b\n\"one\r\ntwo \"\"x\"\"\",2\nc,d\n");
  EXPECT_EQ(broken[1].fields, (Fields{"one\r\ntwo \"x\"", "2"}));
  EXPECT_EQ(broken[2].line, 4);
  EXPECT_EQ(rows("a,b\n,\n").size(), 2u) << "two empty fields are a row";
  EXPECT_TRUE(rows("").empty());
  EXPECT_EQ(rows("\"a,b\";c\n")[0].fields, (Fields{"a,b", "c"})) << "what is quoted does not count as a separator";
}

TEST(CsvTest, SaysWhereItStopsBeingCsv) {
  EXPECT_EQ(parse_csv("a\nb\n\"c\n\n").error().message, "line 3: the quote is never closed");
  EXPECT_EQ(parse_csv("a\n\"b\"c\n").error().message, "line 2: after a closing quote comes neither a separator nor the end of the line");
  EXPECT_FALSE(parse_csv("name\n\xFF\n"));
}

TEST(CsvTest, WhatIsWrittenIsReadAgain) {
  for (const std::string field : {"plain", "", "a,b", "a;b", "\"", "two\nlines", " blanks ", "\t", "ä€"}) {
    std::string text;
    append_csv(text, field);
    text += ",x\r\n";
    EXPECT_EQ(rows(text)[0].fields, (Fields{field, "x"}));
  }
}

}  // namespace
}  // namespace dcim::core
