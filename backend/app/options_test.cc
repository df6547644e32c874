#include "app/options.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace dcim::app {
namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto it = values.find(name);
    return it == values.end() ? std::nullopt : std::optional(it->second);
  };
}

std::filesystem::path file_with(const std::string& text) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
  std::ofstream(path) << text;
  return path;
}

TEST(Options, TheEnvironmentWinsOverTheFile) {
  const auto file = file_with("[http]\nport = 9000\naddress = \"::1\"\n");
  const auto options = load_options(file, environment({{"DCIM_HTTP_PORT", "9001"}})).value();
  EXPECT_EQ(options.http_port, 9001);
  EXPECT_EQ(options.http_address, "::1");
}

TEST(Options, ASecretMayComeFromAFile) {
  const auto file = file_with("postgresql:///dcim\n");
  EXPECT_EQ(load_options({}, environment({{"DCIM_DATABASE_URL_FILE", file.string()}}))->database_url, "postgresql:///dcim");
  EXPECT_EQ(load_options({}, environment({{"DCIM_DATABASE_URL_FILE", "/nonexistent"}})).error().field, "DCIM_DATABASE_URL_FILE");
}

TEST(Options, WhatIsWrongIsNamed) {
  EXPECT_EQ(load_options({}, environment({{"DCIM_HTTP_PORT", "80a"}})).error().field, "DCIM_HTTP_PORT");
  EXPECT_EQ(load_options({}, environment({{"DCIM_LOG_LEVEL", "loud"}})).error().field, "DCIM_LOG_LEVEL");
  EXPECT_EQ(load_options({}, environment({{"DCIM_TLS_CERT", "x.pem"}})).error().field, "DCIM_TLS_KEY");
  EXPECT_EQ(load_options(file_with("[http]\nprot = 1\n"), environment({})).error().field, "http.prot");
  EXPECT_EQ(load_options(file_with("[http\n"), environment({})).error().field, "--config");
}

}  // namespace
}  // namespace dcim::app
