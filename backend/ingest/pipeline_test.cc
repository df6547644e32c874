#include "ingest/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>

namespace dcim::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

struct FixedClock final : base::Clock {
  base::Timestamp now() const override { return *base::from_rfc3339("2026-11-23T13:00:00Z"); }
};

// Keeps each batch until the test says how it ends.
struct Disk final : live::BatchSink {
  explicit Disk(asio::any_io_executor executor) : gate(executor, asio::steady_timer::time_point::max()) {}

  asio::awaitable<void> store(live::Batch& batch) override {
    const int attempt = ++attempts;
    while (closed && attempt <= held) co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failures > 0) {
      --failures;
      throw std::runtime_error("disk full");
    }
    batch.refused_readings = refuses;
    batches.push_back(batch);
  }
  void open() {
    closed = false;
    gate.cancel();
  }

  asio::steady_timer gate;
  bool closed = false;  // for the first `held` attempts
  int held = 1000;
  int failures = 0;
  std::size_t refuses = 0;
  int attempts = 0;
  std::vector<live::Batch> batches;
};

struct Acks final : Acknowledger {
  void acknowledge(ConnectionNumber connection, std::span<const std::uint16_t> packet_ids) override {
    for (const auto id : packet_ids) sent.emplace_back(connection, id);
  }
  std::vector<std::pair<ConnectionNumber, std::uint16_t>> sent;
};

struct PipelineTest : ::testing::Test {
  PipelineTest() {
    std::vector<core::Site> sites{{{1}, "s", "S", "UTC"}};
    std::vector<core::Device> devices{{.id = {5}, .site_id = {1}, .name = "d", .type = "meter", .topic = "dc/s/t"}};
    std::vector<core::Sensor> sensors{
        {.id = {1}, .device_id = {5}, .site_id = {1}, .kind = "inlet-temperature", .unit = "°C", .topic = "dc/s/t", .field = "/value"}};
    live.set_inventory(std::make_shared<const core::Inventory>(1, sites, std::vector<core::Room>{}, std::vector<core::Rack>{}, devices, sensors));
    pipeline.set_acknowledger(acks);
    tasks.spawn(live.strand(), "pipeline", [this] { return pipeline.run(); });
  }
  ~PipelineTest() override {
    tasks.stop();
    disk.open();
    io.run_for(1s);
  }

  void message(std::uint16_t id, const std::string& topic, const std::string& payload, ConnectionNumber connection = 1) {
    padded.push_back(payload + std::string(kPayloadPadding, ' '));
    pipeline.on_message({topic, {padded.back().data(), payload.size()}, id, 1, false}, connection);
  }
  void reading(std::uint16_t id, int second, double value = 20) {
    message(id, "dc/s/t", R"({"ts":"2026-11-23T12:00:)" + std::to_string(10 + second % 50) + R"(Z","value":)" + std::to_string(value) + "}");
  }
  void end() { pipeline.on_messages_end(); }
  template <class Done>
  void until(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (!done() && std::chrono::steady_clock::now() < deadline) io.run_one_for(50ms);
    EXPECT_TRUE(done());
  }

  asio::io_context io;
  FixedClock clock;
  prometheus::Registry metrics;
  live::Live live{io.get_executor(), clock};
  Disk disk{io.get_executor()};
  Acks acks;
  Pipeline pipeline{live, disk, clock, metrics};
  base::TaskGroup tasks{io.get_executor(), "test"};
  std::deque<std::string> padded;
};

TEST_F(PipelineTest, AcknowledgesOnlyWhatIsStoredAndAllOfIt) {
  disk.closed = true;
  reading(7, 1);
  message(8, "dc/s/t", "{");
  message(9, "dc/s/other", "1");
  message(10, "dc/s/t/availability", "offline");
  end();
  until([&] { return disk.attempts == 1; });
  EXPECT_THAT(acks.sent, IsEmpty());
  EXPECT_EQ(live.latest({1})->value, 20) << "live is told before the disk is";
  disk.open();
  until([&] { return !acks.sent.empty(); });
  using Ack = std::pair<ConnectionNumber, std::uint16_t>;
  EXPECT_THAT(acks.sent, ElementsAre(Ack{1, 7}, Ack{1, 8}, Ack{1, 9}, Ack{1, 10}));
  const auto& batch = disk.batches.at(0);
  EXPECT_THAT(batch.readings, SizeIs(1));
  EXPECT_THAT(batch.rejected, SizeIs(1));
  EXPECT_THAT(batch.discovered, SizeIs(1));
  EXPECT_FALSE(batch.availability.at(0).availability.online);
}

TEST_F(PipelineTest, TriesAgainUntilTheDiskTakesIt) {
  disk.failures = 2;
  reading(1, 1);
  end();
  until([&] { return disk.attempts == 1 && !pipeline.storing(); });
  EXPECT_THAT(acks.sent, IsEmpty());
  until([&] { return acks.sent.size() == 1; });
  EXPECT_EQ(disk.attempts, 3);
  EXPECT_TRUE(pipeline.storing());
}

TEST_F(PipelineTest, WhatTheDiskLeavesOutIsCountedAndAcknowledged) {
  disk.refuses = 1;
  reading(1, 1);
  reading(2, 2);
  end();
  until([&] { return acks.sent.size() == 2; });
  EXPECT_TRUE(pipeline.storing());
  const auto text = prometheus::TextSerializer().Serialize(metrics.Collect());
  EXPECT_THAT(text, ::testing::HasSubstr("dcim_ingest_readings_stored_total 1\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("dcim_ingest_rejected_total{reason=\"refused_by_database\"} 1\n"));
}

TEST_F(PipelineTest, WhileTwoBatchesCommitTheNextFillsAndThenTheReaderWaits) {
  disk.closed = true;
  reading(1, 1);
  end();
  until([&] { return disk.attempts == 1; });
  reading(2, 2);
  end();
  until([&] { return disk.attempts == 2; });
  for (std::size_t i = 0; i < Pipeline::kLargestBatch; ++i) reading(3, static_cast<int>(i));
  end();
  bool room = false;
  tasks.spawn(live.strand(), "reader", [&]() -> asio::awaitable<void> {
    co_await pipeline.wait_for_room();
    room = true;
  });
  io.run_for(100ms);
  EXPECT_FALSE(room);
  EXPECT_EQ(disk.attempts, 2);
  disk.open();
  until([&] { return room; });
}

TEST_F(PipelineTest, ABatchWithALateReadingIsStoredAfterThoseBefore) {
  disk.closed = true;
  reading(1, 30);
  end();
  until([&] { return disk.attempts == 1; });
  reading(2, 30, 21);  // a correction of what is being stored
  end();
  io.run_for(150ms);
  EXPECT_EQ(disk.attempts, 1);
  disk.open();
  until([&] { return acks.sent.size() == 2; });
  EXPECT_EQ(disk.batches.at(0).readings.at(0).value, 20);
  EXPECT_EQ(disk.batches.at(1).readings.at(0).value, 21);
}

TEST_F(PipelineTest, NothingIsStoredBeforeABatchThatHasMoreThanReadings) {
  disk.closed = true;
  disk.held = 1;
  message(1, "dc/s/t", "{");
  end();
  until([&] { return disk.attempts == 1; });
  reading(2, 1);
  end();
  io.run_for(150ms);
  EXPECT_EQ(disk.attempts, 1);
  disk.open();
  until([&] { return acks.sent.size() == 2; });
  EXPECT_THAT(disk.batches.at(0).rejected, SizeIs(1));
}

TEST_F(PipelineTest, BatchesAreAcknowledgedInTheOrderTheyCame) {
  disk.closed = true;
  disk.held = 1;
  reading(1, 1);
  end();
  until([&] { return disk.attempts == 1; });
  reading(2, 2);
  end();
  until([&] { return disk.batches.size() == 1; });
  io.run_for(50ms);
  EXPECT_THAT(acks.sent, IsEmpty()) << "the second is stored, the first is not";
  disk.open();
  until([&] { return acks.sent.size() == 2; });
  using Ack = std::pair<ConnectionNumber, std::uint16_t>;
  EXPECT_THAT(acks.sent, ElementsAre(Ack{1, 1}, Ack{1, 2}));
}

TEST_F(PipelineTest, PacketIdsOfABrokenConnectionAreForgottenButTheirReadingsAreStored) {
  reading(1, 1);
  message(1, "dc/s/t", R"({"ts":"2026-11-23T12:00:59Z","value":21})", 2);
  end();
  until([&] { return !acks.sent.empty(); });
  using Ack = std::pair<ConnectionNumber, std::uint16_t>;
  EXPECT_THAT(acks.sent, ElementsAre(Ack{2, 1}));
  EXPECT_THAT(disk.batches.at(0).readings, SizeIs(2));
}

TEST_F(PipelineTest, AFloodOfUnknownTopicsIsBounded) {
  for (int i = 0; i < 2000; ++i) message(1, "dc/s/unknown/" + std::to_string(i), "1");
  for (int i = 0; i < 2000; ++i) message(1, "dc/s/t", "{");
  end();
  until([&] { return !acks.sent.empty(); });
  EXPECT_THAT(disk.batches.at(0).discovered, SizeIs(Pipeline::kKeptDiscoveries));
  EXPECT_THAT(disk.batches.at(0).rejected, SizeIs(live::kKeptRejections));
}

TEST_F(PipelineTest, DrainEndsWhenAllIsStored) {
  reading(1, 1);
  end();
  bool drained = false;
  tasks.spawn("drain", [&]() -> asio::awaitable<void> {
    co_await pipeline.drain(5s);
    drained = true;
  });
  until([&] { return drained; });
  EXPECT_THAT(disk.batches, SizeIs(1));
}

}  // namespace
}  // namespace dcim::ingest
