#include "core/csv.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace dcim::core {
namespace {

using base::Error;

char separator_of(std::string_view text) {
  constexpr std::array kSeparators{',', ';', '\t'};
  std::array<int, 3> count{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    const auto it = std::ranges::find(kSeparators, c);
    if (!quoted && it != kSeparators.end()) ++count[static_cast<std::size_t>(it - kSeparators.begin())];
  }
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(count) - count.begin())];
}

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text), separator_(separator_of(text)) {}

  std::vector<CsvRow> read() {
    std::vector<CsvRow> out;
    while (!rest_.empty()) {
      CsvRow row;
      row.line = line_;
      do {
        row.fields.push_back(field());
      } while (take(separator_));
      if (!end_of_line()) throw Error::invalid("", at("after a closing quote comes neither a separator nor the end of the line"));
      if (row.fields.size() > 1 || !row.fields.front().empty()) out.push_back(std::move(row));
    }
    return out;
  }

 private:
  std::string field() {
    if (!take('"')) {
      const auto end = std::min(rest_.find_first_of(std::string{separator_, '\r', '\n'}), rest_.size());
      std::string out(rest_.substr(0, end));
      rest_.remove_prefix(end);
      return out;
    }
    std::string out;
    const int begun = line_;
    while (true) {
      const auto quote = rest_.find('"');
      if (quote == rest_.npos) throw Error::invalid("", "line " + std::to_string(begun) + ": the quote is never closed");
      line_ += static_cast<int>(std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
      out += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!take('"')) return out;
      out += '"';
    }
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool end_of_line() {
    if (rest_.empty()) return true;
    const bool cr = take('\r');
    if (!take('\n') && !cr) return false;
    ++line_;
    return true;
  }

  std::string at(const char* what) const { return "line " + std::to_string(line_) + ": " + what; }

  std::string_view rest_;
  char separator_;
  int line_ = 1;
};

}  // namespace

base::Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (base::valid_utf8(text) != text) return Error::invalid("", "the file is not UTF-8: save it as CSV UTF-8");
  try {
    return CsvReader(text).read();
  } catch (const Error& error) {
    return error;
  }
}

std::string quoted_csv(std::string_view field) {
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void append_csv(std::string& out, std::string_view field) {
  if (field.find_first_of(",;\t\"\r\n") == field.npos && !field.starts_with(' ') && !field.ends_with(' ')) {
    out += field;
  } else {
    out += quoted_csv(field);
  }
}

}  // namespace dcim::core
