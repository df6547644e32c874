#include "api/password.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace dcim::api {
namespace {

TEST(Password, LengthIsCountedInCharacters) {
  EXPECT_FALSE(check_password("1234567"));
  EXPECT_TRUE(check_password("12345678"));
  EXPECT_FALSE(check_password("ÄÖÜäöüß"));
  EXPECT_TRUE(check_password("ÄÖÜäöüßé"));
  EXPECT_FALSE(check_password(std::string(1025, 'x')));
}

TEST(Password, HashIsArgon2idAndVerifies) {
  const auto hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_NE(hash, hash_password("correct horse"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password("", ""));
  EXPECT_FALSE(verify_password("not a hash", "x"));
}

TEST(Password, TokensAreLongDifferentAndUrlSafe) {
  const auto token = random_token(32);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_NE(token, random_token(32));
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
  EXPECT_EQ(token_hash(token).size(), 32U);
  EXPECT_NE(token_hash(token), token_hash(token + "x"));
  EXPECT_TRUE(same_secret(token, token));
  EXPECT_FALSE(same_secret(token, ""));
}

TEST(Password, VerifierRefusesWhenTooManyWait) {
  asio::thread_pool threads(1);
  asio::io_context io;
  PasswordVerifier verifier(threads.get_executor(), 2);
  const auto hash = hash_password("12345678");
  std::vector<std::future<std::optional<bool>>> answers;
  for (int i = 0; i < 3; ++i) answers.push_back(asio::co_spawn(io, verifier.verify(i == 1 ? "" : hash, "12345678"), asio::use_future));
  io.run();
  EXPECT_EQ(answers[0].get(), true);
  EXPECT_EQ(answers[1].get(), false);
  EXPECT_EQ(answers[2].get(), std::nullopt);
  threads.join();
  EXPECT_EQ(verifier.waiting(), 0U);
}

}  // namespace
}  // namespace dcim::api
