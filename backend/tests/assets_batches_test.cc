// Many devices as one: moves tried and done, bulk edits, CSV in and out, undo of one change and of a batch, search among many.
#include <gmock/gmock.h>

#include <array>
#include <random>
#include <set>
#include <thread>

#include "tests/support/assets.h"

namespace dcim::tests {
namespace {

using ::testing::HasSubstr;

struct AssetsBatchesTest : AssetsFixture {
  static std::string version_of(const json::value& device) { return std::to_string(device.at("version").as_int64()); }
  std::string move(const json::value& device, const std::string& in, const std::string& position) {
    return R"({"id":)" + id_of(device) + R"(,"version":)" + version_of(device) + R"(,"rack_id":)" + (in.empty() ? "null" : rack(in)) +
           R"(,"position":)" + position + "}";
  }
  Answer moves(const std::string& list, bool dry_run) {
    return admin.post("/api/devices/moves?site=assets", R"({"moves":[)" + list + R"(],"dry_run":)" + (dry_run ? "true" : "false") + "}");
  }
  Answer undo_batch(const json::value& answer) {
    return admin.post("/api/change-batches/" + std::to_string(answer.at("batch_id").as_int64()) + "/undo?site=assets");
  }
  Answer import_csv(const std::string& text, bool dry_run = false) {
    return admin.request("POST", std::string("/api/devices/import?site=assets&dry_run=") + (dry_run ? "true" : "false"), text,
                         {{"X-CSRF-Token", admin.csrf_token()}, {"Content-Type", "text/csv"}});
  }
  std::string csv(const std::string& more = "") {
    const auto answer = admin.get("/api/devices.csv?site=assets" + more);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return answer.body;
  }
};

TEST_F(AssetsBatchesTest, AMoveIsTriedAndSaysWhatItWouldDo) {
  const auto a = create(in_rack("a", "Two", "R001", R"({"u":1})"));
  create(in_rack("b", "Two", "R002", R"({"u":1})"));
  auto verdict = moves(move(a, "R002", R"({"u":2})"), true).json();
  EXPECT_FALSE(verdict.at("applied").as_bool());
  EXPECT_FALSE(verdict.at("verdicts").at(0).at("ok").as_bool());
  EXPECT_EQ(verdict.at("verdicts").at(0).at("space").as_string(), "U 2 of rack R002, both faces, is taken by b");
  EXPECT_FALSE(moves(move(a, "R002", R"({"u":42})"), true).json().at("verdicts").at(0).at("ok").as_bool()) << "above the rack";
  verdict = moves(move(a, "R002", R"({"u":3})"), true).json();
  EXPECT_TRUE(verdict.at("verdicts").at(0).at("ok").as_bool());
  EXPECT_EQ(get(a), a) << "tried, not done";
  // What the rack cannot carry is said and not forbidden.
  ASSERT_EQ(admin.request("PATCH", "/api/racks/" + rack("R002"), R"({"weight_limit_kg":40,"rated_power_kw":0.5})", token(1)).status, 200u);
  const auto done = moves(move(a, "R002", R"({"u":3})"), false);
  ASSERT_EQ(done.status, 200u) << done.body;
  verdict = done.json();
  EXPECT_TRUE(verdict.at("applied").as_bool());
  EXPECT_FALSE(verdict.at("verdicts").at(0).at("weight").at("ok").as_bool());
  EXPECT_FALSE(verdict.at("verdicts").at(0).at("power").at("ok").as_bool());
  EXPECT_EQ(verdict.at("devices").at(0).at("rack").as_string(), "R002");
  const auto refused = moves(move(a, "R002", R"({"u":5})"), false);
  EXPECT_EQ(refused.status, 409u) << "read before";
  EXPECT_EQ(refused.json().at("field").as_string(), "/moves/0");
}

TEST_F(AssetsBatchesTest, TwoChangePlacesAndBackAgain) {
  const auto a = create(in_rack("a", "Two", "R001", R"({"u":1})")), b = create(in_rack("b", "Two", "R002", R"({"u":7})"));
  const auto done = moves(move(a, "R002", R"({"u":7})") + "," + move(b, "R001", R"({"u":1})"), false);
  ASSERT_EQ(done.status, 200u) << done.body;
  EXPECT_EQ(get(a).at("rack").as_string(), "R002");
  EXPECT_EQ(get(b).at("position").at("u").as_int64(), 1);
  const auto undone = undo_batch(done.json());
  ASSERT_EQ(undone.status, 200u) << undone.body;
  EXPECT_EQ(get(a).at("rack").as_string(), "R001");
  EXPECT_EQ(get(b).at("position"), b.at("position"));
  EXPECT_EQ(undo_batch(done.json()).status, 409u) << "the undoing came after it";
}

TEST_F(AssetsBatchesTest, ManyAreChangedAllOrNone) {
  const auto a = create(in_rack("a", "Two", "R001", R"({"u":1})")), b = create(in_rack("b", "Two", "R001", R"({"u":3})"));
  const auto change = [&](const json::value& device, const std::string& set) {
    return R"({"id":)" + id_of(device) + R"(,"version":)" + version_of(device) + R"(,"set":)" + set + "}";
  };
  const auto bulk = [&](const std::string& body) { return admin.post("/api/devices/bulk?site=assets", body); };
  const auto wrong = bulk(R"({"changes":[)" + change(a, R"({"owner":"Web"})") + "," + change(b, R"({"ip":"nowhere"})") + "]}");
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_EQ(wrong.json().at("field").as_string(), "/changes/1/set/ip");
  EXPECT_EQ(get(a), a);
  const auto clash = bulk(R"({"changes":[)" + change(a, R"({"owner":"Web"})") + "," + change(b, R"({"position":{"u":2}})") + "]}");
  EXPECT_EQ(clash.status, 409u);
  EXPECT_EQ(clash.json().at("field").as_string(), "/changes/1/set/position");
  const auto done = bulk(R"({"changes":[)" + change(a, R"({"owner":"Web"})") + "," + change(b, R"({"owner":"Web"})") + "]}");
  ASSERT_EQ(done.status, 200u) << done.body;
  EXPECT_EQ(done.json().at("items").as_array().size(), 2u);
  const auto made = bulk(R"({"create":[{"name":"c","role":"server"},{"name":"d","role":"server"}]})");
  ASSERT_EQ(made.status, 200u) << made.body;
  EXPECT_EQ(bulk(R"({"create":[{"name":"e","role":"server"},{"name":"a","role":"server"}]})").json().at("field").as_string(), "/create/1/name");
  ASSERT_EQ(undo_batch(made.json()).status, 200u);
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name IN ('c', 'd', 'e')"), 0);
  const auto gone = bulk(R"({"delete":[{"id":)" + id_of(a) + R"(,"version":2},{"id":)" + id_of(b) + R"(,"version":2}]})");
  ASSERT_EQ(gone.status, 200u) << gone.body;
  // What was removed comes back as it was, with its id and so its history.
  ASSERT_EQ(undo_batch(gone.json()).status, 200u);
  EXPECT_EQ(get(a).at("owner").as_string(), "Web");
  EXPECT_EQ(get(a).at("position"), a.at("position"));
  EXPECT_EQ(admin.get(path(a) + "/history").json().at("items").as_array().size(), 4u);
}

TEST_F(AssetsBatchesTest, TwoChangeNamesTagsAndPlacesWithinOneEdit) {
  const auto a = create(in_rack("a", "Two", "R001", R"({"u":1})")), b = create(in_rack("b", "Two", "R002", R"({"u":7})"));
  const auto tagged_a = patch(a, R"({"asset_tag":"TA"})").json(), tagged_b = patch(b, R"({"asset_tag":"TB"})").json();
  const auto change = [&](const json::value& device, const std::string& set) {
    return R"({"id":)" + id_of(device) + R"(,"version":)" + version_of(device) + R"(,"set":)" + set + "}";
  };
  const auto bulk = [&](const std::string& list) { return admin.post("/api/devices/bulk?site=assets", R"({"changes":[)" + list + "]}"); };
  const auto swapped = bulk(change(tagged_a, R"({"name":"b","asset_tag":"TB","rack_id":)" + rack("R002") + R"(,"position":{"u":7}})") + "," +
                            change(tagged_b, R"({"name":"a","asset_tag":"TA","rack_id":)" + rack("R001") + R"(,"position":{"u":1}})"));
  ASSERT_EQ(swapped.status, 200u) << swapped.body;
  EXPECT_EQ(get(a).at("name").as_string(), "b");
  EXPECT_EQ(get(a).at("asset_tag").as_string(), "TB");
  EXPECT_EQ(get(b).at("rack").as_string(), "R001");
  ASSERT_EQ(undo_batch(swapped.json()).status, 200u);
  EXPECT_EQ(get(a).at("name").as_string(), "a");
  // Only half of it: who has it is told.
  const auto half = bulk(change(get(a), R"({"asset_tag":"TB"})"));
  EXPECT_EQ(half.status, 409u);
  EXPECT_EQ(half.json().at("field").as_string(), "/changes/0/set/asset_tag");
  EXPECT_EQ(half.json().at("detail").as_string(), "b has the asset tag TB");
  EXPECT_EQ(bulk(change(get(a), R"({"name":"b"})")).json().at("field").as_string(), "/changes/0/set/name");
  const auto twice = bulk(change(get(a), R"({"owner":"x"})") + "," + change(get(a), R"({"notes":"y"})"));
  EXPECT_EQ(twice.status, 400u);
  EXPECT_EQ(twice.json().at("field").as_string(), "/changes/1/id");
  // By CSV likewise.
  const auto line = [&](const json::value& device, const char* name, const char* tag) { return id_of(device) + "," + name + "," + tag + "\n"; };
  const auto imported = import_csv("id,name,asset_tag\n" + line(a, "b", "TB") + line(b, "a", "TA"));
  ASSERT_EQ(imported.status, 200u) << imported.body;
  EXPECT_EQ(get(b).at("asset_tag").as_string(), "TA");
  const auto taken = import_csv("id,name,asset_tag\n" + line(a, "a", "TB"));
  ASSERT_EQ(taken.status, 422u) << taken.body;
  EXPECT_EQ(taken.json().at_pointer("/errors/0/column").as_string(), "name");
}

// Both are stopped in the middle: whoever has locked one thing and waits for the next would wait for the other for ever.
TEST_F(AssetsBatchesTest, TwoWhoChangeTheSameInOppositeOrderDoNotBlockEachOther) {
  std::vector<json::value> left, right;
  for (int i = 0; i < 3; ++i) {
    left.push_back(create(in_rack("l" + std::to_string(i), "Two", "R001", R"({"u":)" + std::to_string(1 + 2 * i) + "}")));
    right.push_back(create(in_rack("r" + std::to_string(i), "Two", "R001", R"({"u":)" + std::to_string(11 + 2 * i) + "}")));
  }
  Database holder{server.database_url()}, watcher{server.database_url()};
  const auto both = [&](const std::string& held, const std::string& target, const std::string& one, const std::string& other) {
    holder.query("BEGIN");
    holder.query(held);
    std::vector<std::thread> threads;
    std::array<Answer, 2> answers;
    for (std::size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        Client client(server.port());
        client.login("admin@test.test", "long enough");
        answers[i] = client.post(target, i == 0 ? one : other);
      });
    }
    EXPECT_TRUE(eventually([&] {
      return watcher.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 2;
    }));
    holder.query("COMMIT");
    for (auto& thread : threads) thread.join();
    return answers;
  };
  // Three racks, from the first and from the last; the middle one is held.
  const std::vector<std::string> there{"R001", "R002", "R003"};
  std::string one, other;
  for (std::size_t i = 0; i < 3; ++i) {
    one += (i == 0 ? "" : ",") + move(left[i], there[i], R"({"u":21})");
    other += (i == 0 ? "" : ",") + move(right[i], there[2 - i], R"({"u":31})");
  }
  const std::string moves_path = "/api/devices/moves?site=assets";
  auto answers = both("SELECT FROM racks WHERE name = 'R002' FOR UPDATE", moves_path, R"({"moves":[)" + one + "]}", R"({"moves":[)" + other + "]}");
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 200u) << answer.body;
  // The same devices; the second has read what the first has changed.
  const auto owned = [&](std::array<int, 3> order, const std::string& owner) {
    std::string list;
    for (const int i : order) {
      const auto device = get(left[static_cast<std::size_t>(i)]);
      list +=
          (list.empty() ? "" : ",") + (R"({"id":)" + id_of(device) + R"(,"version":)" + version_of(device)) + R"(,"set":{"owner":")" + owner + "\"}}";
    }
    return R"({"changes":[)" + list + "]}";
  };
  answers =
      both("SELECT FROM devices WHERE name = 'l1' FOR UPDATE", "/api/devices/bulk?site=assets", owned({0, 1, 2}, "one"), owned({2, 1, 0}, "other"));
  EXPECT_EQ(answers[0].status + answers[1].status, 200u + 409u) << answers[0].body << answers[1].body;
}

TEST_F(AssetsBatchesTest, AChangeIsUndoneWhereNothingBuildsOnIt) {
  const auto a = create(in_rack("a", "Two", "R001", R"({"u":1})"));
  const auto owned = patch(a, R"({"owner":"Web"})");
  const auto moved = patch(owned.json(), R"({"position":{"u":5}})");
  const auto undo = [&](const std::string& change) { return admin.post("/api/changes/" + change + "/undo?site=assets"); };
  const auto history = admin.get(path(a) + "/history").json();
  const auto& newest = history.at("items").at(0);
  EXPECT_EQ(newest.at("action").as_string(), "device.move");
  EXPECT_EQ(newest.at("changes"), json::parse(R"([{"field":"position","before":"U 1 to 2, both faces","after":"U 5 to 6, both faces"}])"));
  EXPECT_TRUE(newest.at("undoable").as_bool());
  EXPECT_FALSE(history.at("items").at(2).at("undoable").as_bool()) << "its making: it has been changed since";
  EXPECT_THAT(std::string(history.at("items").at(2).at("why_not").as_string().c_str()), HasSubstr("has been changed since, by admin@test.test"));
  // The owner, although the device has moved since: nothing of it builds on the owner.
  const auto undone = undo(owned.headers.at("x-change-id"));
  ASSERT_EQ(undone.status, 200u) << undone.body;
  EXPECT_TRUE(get(a).at("owner").is_null());
  EXPECT_EQ(get(a).at("position").at("u").as_int64(), 5);
  EXPECT_EQ(undo(owned.headers.at("x-change-id")).status, 409u);
  // Its place is taken meanwhile.
  create(in_rack("b", "Two", "R001", R"({"u":1})"));
  const auto taken = undo(moved.headers.at("x-change-id"));
  EXPECT_EQ(taken.status, 409u);
  EXPECT_THAT(taken.body, HasSubstr("is taken by b"));
  EXPECT_EQ(undo("999999").status, 404u);
  // Racks and reservations too; a rack's history has what moved in it.
  const auto kept = admin.post("/api/racks/" + rack("R001") + "/reservations", R"({"u":30,"owner":"Web"})");
  ASSERT_EQ(undo(kept.headers.at("x-change-id")).status, 200u);
  EXPECT_EQ(database.number("SELECT count(*) FROM rack_reservations"), 0);
  const auto limit = admin.request("PATCH", "/api/racks/" + rack("R001"), R"({"weight_limit_kg":500})", token(1));
  ASSERT_EQ(undo(limit.headers.at("x-change-id")).status, 200u);
  EXPECT_TRUE(admin.get("/api/racks/" + rack("R001")).json().at("weight_limit_kg").is_null());
  EXPECT_GE(admin.get("/api/racks/" + rack("R001") + "/history").json().at("items").as_array().size(), 7u);
}

TEST_F(AssetsBatchesTest, CsvGoesOutAndComesBackUnchanged) {
  create(in_rack("a", "Two", "R001", R"({"u":1})"));
  auto b = create(in_rack("b", "Half", "R002", R"({"u":3,"side":"right"})"));
  b = patch(
          b,
          R"({"notes":"two\nlines, and \"quotes\"; more","tags":["x","y z"],"owner":" Web ","ip":"10.0.0.7","feeds":"A","asset_tag":"T;1","install_date":"2024-02-29"})")
          .json();
  create(in_rack("strip", "Strip", "R002", R"({"mount":"side","side":"left"})"));
  create(R"({"name":"loose","role":"server"})");
  const auto out = csv();
  for (const bool dry_run : {true, false}) {
    const auto answer = import_csv(out, dry_run);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.json().at("rows").as_int64(), 10) << out;
    EXPECT_EQ(answer.json().at("unchanged").as_int64(), 10) << answer.body;
    EXPECT_TRUE(answer.json().at("batch_id").is_null());
  }
  EXPECT_EQ(get(b), b);
  // As a spreadsheet writes it.
  const auto answer = import_csv(
      "\xEF\xBB\xBF"
      "name;owner;tags\r\nb;\"Net; work\";x; y\r\n",
      true);
  EXPECT_EQ(answer.json().at("errors").at(0).at("column").as_string(), "tags") << "one cell too many";
  const auto quoted = import_csv(
      "\xEF\xBB\xBF"
      "name;owner;tags\r\nb;\"Net; work\";\"x; y\"\r\nnew;;\r\n");
  EXPECT_EQ(quoted.status, 422u);
  EXPECT_EQ(quoted.json().at("errors").at(0).at("column").as_string(), "role") << quoted.body;
  const auto fine = import_csv(
      "\xEF\xBB\xBF"
      "name;owner;tags\r\nb;\"Net; work\";\"x; y\"\r\n");
  ASSERT_EQ(fine.json().at("updated").as_int64(), 1) << fine.body;
  EXPECT_EQ(get(b).at("owner").as_string(), "Net; work");
  EXPECT_EQ(csv("&q=loose").find("strip"), std::string::npos) << "the filter holds";
}

TEST_F(AssetsBatchesTest, BadRowsAreNamedAndTheFileIsTakenWholeOrNotAtAll) {
  create(in_rack("a", "Two", "R001", R"({"u":1})"));
  const std::string head = "name,device_type,rack,u,ip,serial\n";
  const auto bad = import_csv(head +
                              "n1,Maker Two,R001,10,10.0.0.1,S1\nn2,Maker Two,R099,12,10.0.0.2,S2\nn3,Maker Two,R001,14,10.0.0.300,S3\n"
                              "n4,Maker Nine,R001,16,10.0.0.4,S4\nn5,Maker Two,R001,18,10.0.0.5,S5\n");
  ASSERT_EQ(bad.status, 422u) << bad.body;
  EXPECT_EQ(bad.headers.at("content-type"), "application/problem+json");
  const auto answer = bad.json();
  EXPECT_EQ(answer.at("code").as_string(), "invalid");
  EXPECT_THAT(std::string(answer.at("detail").as_string().c_str()), HasSubstr("nothing was imported: line 3, rack: "));
  EXPECT_THAT(std::string(answer.at("detail").as_string().c_str()), HasSubstr("; and 2 more"));
  EXPECT_EQ(answer.at("rows").as_int64(), 5);
  ASSERT_EQ(answer.at("errors").as_array().size(), 3u) << bad.body;
  const auto error = [&](std::size_t i, int line, const std::string& column) {
    EXPECT_EQ(answer.at("errors").at(i).at("line").as_int64(), line);
    EXPECT_EQ(answer.at("errors").at(i).at("column").as_string(), column);
  };
  error(0, 3, "rack");
  error(1, 4, "ip");
  error(2, 5, "device_type");
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name LIKE 'n_'"), 0);
  const auto tried = import_csv(head + "n1,Maker Two,R001,2,,\nn2,Maker Two,R001,20,,\nn3,Maker Two,R001,21,,\n", true);
  EXPECT_EQ(tried.status, 200u) << "asked, not wanted";
  const auto overlap = tried.json();
  ASSERT_EQ(overlap.at("errors").as_array().size(), 3u) << "with a, and with each other";
  EXPECT_EQ(overlap.at("errors").at(0).at("message").as_string(), "U 2 of rack R001, both faces, is taken by a");
  const auto twice = import_csv(head + "n1,Maker Two,,,,\nn1,Maker Two,,,,\n", true).json();
  EXPECT_EQ(twice.at("errors").at(0).at("line").as_int64(), 3);
  EXPECT_EQ(import_csv("name,colour\nn1,red\n").json().at("field").as_string(), "colour");
  EXPECT_EQ(import_csv("serial\nS1\n").status, 400u);

  const auto good = import_csv(head + "n1,Maker Two,R001,10,10.0.0.1,S1\nn5,Maker Two,R001,18,10.0.0.5,S5\na,Maker Two,R001,5,,SA\n");
  EXPECT_EQ(good.json().at("created").as_int64(), 2) << good.body;
  EXPECT_EQ(good.json().at("updated").as_int64(), 1);
  EXPECT_EQ(good.json().at("diff").at(2).at("name").as_string(), "a");
  const auto n1 = database.query("SELECT id FROM devices WHERE name = 'n1'").text(0, 0);
  const auto history = admin.get("/api/devices/" + n1 + "/history").json();
  ASSERT_EQ(history.at("items").as_array().size(), 1u);
  EXPECT_EQ(history.at_pointer("/items/0/action").as_string(), "device.import");
  EXPECT_EQ(history.at_pointer("/items/0/batch_id"), good.json().at("batch_id"));
  EXPECT_THAT(json::serialize(history.at_pointer("/items/0/changes")), HasSubstr(R"({"field":"serial","before":null,"after":"S1"})"));
  const auto undone = undo_batch(good.json());
  ASSERT_EQ(undone.status, 200u) << undone.body;
  EXPECT_EQ(database.number("SELECT count(*) FROM devices WHERE name LIKE 'n_'"), 0);
  EXPECT_EQ(database.query("SELECT serial IS NULL, lower(units) FROM devices d JOIN rack_slots s ON s.device_id = d.id WHERE name = 'a'").text(0, 1),
            "1");
}

TEST_F(AssetsBatchesTest, OneIsFoundAmongFiftyThousandByAnIndex) {
  database.query(
      "INSERT INTO devices (site_id, name, type, serial, ip, owner, tags, device_type_id) SELECT s.id, 'host-' || lpad(i::text, 5, '0'), 'server', "
      "'SN' || md5(i::text), ('10.' || i / 65536 || '.' || i / 256 % 256 || '.' || i % 256)::inet, 'Team ' || i % 20, ARRAY['t' || i % 100], t.id "
      "FROM generate_series(1, 50000) i, sites s, device_types t WHERE s.code = 'assets' AND t.model = 'Two'");
  database.query("ANALYZE devices");
  const auto serial = database.query("SELECT serial FROM devices WHERE name = 'host-31415'").text(0, 0);
  const auto find = [&](const std::string& query) { return admin.get("/api/devices?site=assets&" + query).json(); };
  auto found = find("q=" + serial);
  EXPECT_EQ(found.at("total").as_int64(), 1);
  EXPECT_EQ(found.at("items").at(0).at("name").as_string(), "host-31415");
  EXPECT_EQ(find("q=" + serial.substr(2, 9)).at("items").at(0).at("name").as_string(), "host-31415");
  // The exact one comes first, then what begins so.
  create(R"({"name":"host-314","role":"server"})");
  found = find("q=HOST-314");
  EXPECT_EQ(found.at("items").at(0).at("name").as_string(), "host-314");
  EXPECT_EQ(found.at("items").at(1).at("name").as_string(), "host-31400");
  EXPECT_EQ(found.at("total").as_int64(), 101);
  EXPECT_EQ(find("q=10.0.1.4").at("items").at(0).at("ip").as_string(), "10.0.1.4");
  EXPECT_EQ(find("q=maker+two").at("total").as_int64(), 50'000);
  EXPECT_EQ(find("q=maker+" + serial).at("total").as_int64(), 1) << "every word somewhere";
  EXPECT_EQ(find("tag=t7&owner=team+7").at("total").as_int64(), 500);
  EXPECT_EQ(find("q=%25").at("total").as_int64(), 0) << "a per cent sign is no wildcard";
  const auto plan = database.query("EXPLAIN SELECT count(*) FROM devices d WHERE d.site_id = 1 AND d.search LIKE '%" + serial.substr(2, 9) + "%'");
  std::string steps;
  for (std::size_t i = 0; i < plan.size(); ++i) steps += plan.text(i, 0) + "\n";
  EXPECT_THAT(steps, HasSubstr("devices_search"));
  EXPECT_THAT(steps, ::testing::Not(HasSubstr("Seq Scan on devices d")));
}

TEST_F(AssetsBatchesTest, PagesNeitherMissNorRepeat) {
  database.query(
      "INSERT INTO devices (site_id, name, type, serial, owner) SELECT s.id, 'p' || i, 'server', nullif('S' || i % 7, 'S3'), 'O' FROM "
      "generate_series(1, 250) i, "
      "sites s WHERE s.code = 'assets'");
  for (const std::string sort : {"name", "-name", "serial", "-serial", "u", "-power", "install_date", "-updated_at", "rack", "ip"}) {
    std::set<std::int64_t> seen;
    std::vector<std::string> serials;
    std::string cursor;
    int pages = 0;
    do {
      const auto page = admin.get("/api/devices?site=assets&limit=50&sort=" + sort + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
      for (const auto& item : page.at("items").as_array()) {
        EXPECT_TRUE(seen.insert(item.at("id").as_int64()).second) << sort;
        serials.push_back(item.at("serial").is_null() ? "~" : item.at("serial").as_string().c_str());
      }
      cursor.clear();
      if (const auto& next = page.at("next_cursor"); next.is_string()) {
        for (const unsigned char c : std::string(next.get_string().c_str())) {
          char hex[4];
          std::snprintf(hex, sizeof hex, "%%%02X", c);
          cursor += hex;
        }
      }
    } while (!cursor.empty() && ++pages < 20);
    EXPECT_EQ(seen.size(), 256u) << sort;
    if (sort == "serial") {
      EXPECT_TRUE(std::ranges::is_sorted(serials)) << "what has none comes last";
    }
  }
  EXPECT_EQ(admin.get("/api/devices?site=assets&cursor=x").json().at("field").as_string(), "cursor");
}

// Whatever is moved wherever, what stands in the racks is what the moves that were taken say.
TEST_F(AssetsBatchesTest, AThousandRandomMovesKeepTheSums) {
  struct Place {
    std::string rack;
    int u = 0, height = 0;
  };
  const auto seed = std::getenv("DCIM_TEST_SEED") ? static_cast<unsigned>(std::atoi(std::getenv("DCIM_TEST_SEED"))) : 4711u;
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  std::vector<json::value> devices;
  std::map<std::int64_t, Place> model;
  for (int i = 0; i < 30; ++i) {
    devices.push_back(create(R"({"name":"d)" + std::to_string(i) + R"(","device_type_id":)" + type("Two") + "}"));
    model[devices.back().at("id").as_int64()] = {};
  }
  const std::vector<std::string> racks{"R001", "R002", "R003"};
  std::map<std::string, std::string> ids;
  for (const auto& name : racks) ids[name] = rack(name);
  int taken = 0;
  for (int batch = 0; batch < 250; ++batch) {
    std::string list;
    std::map<std::int64_t, Place> wanted;
    std::set<int> chosen;
    while (chosen.size() < 4) chosen.insert(pick(0, 29));
    for (const int i : chosen) {
      const auto& device = devices[static_cast<std::size_t>(i)];
      Place place{pick(0, 9) == 0 ? "" : racks[static_cast<std::size_t>(pick(0, 2))], pick(1, 41), 2};
      wanted[device.at("id").as_int64()] = place.rack.empty() ? Place{} : place;
      list += (list.empty() ? "" : ",") + std::string(R"({"id":)") + id_of(device) + R"(,"version":)" + version_of(device) + R"(,"rack_id":)" +
              (place.rack.empty() ? "null" : ids[place.rack]) + R"(,"position":)" +
              (place.rack.empty() ? "null" : R"({"u":)" + std::to_string(place.u) + "}") + "}";
    }
    const auto answer = moves(list, false);
    ASSERT_TRUE(answer.status == 200u || answer.status == 409u) << answer.body;
    if (answer.status == 409u) continue;
    ++taken;
    const auto json = answer.json();
    for (const auto& moved : json.at("devices").as_array()) {
      for (auto& device : devices) {
        if (device.at("id") == moved.at("id")) device = moved;
      }
    }
    for (const auto& [id, place] : wanted) model[id] = place;
  }
  EXPECT_GT(taken, 20) << "seed " << seed;
  std::map<std::string, std::set<int>> used;
  std::size_t sum = 0;
  for (const auto& [id, place] : model) {
    for (int u = place.u; u < place.u + place.height; ++u) EXPECT_TRUE(used[place.rack].insert(u).second) << "two in one U; seed " << seed;
    sum += static_cast<std::size_t>(place.height);
  }
  std::size_t shown = 0;
  const auto elevations = admin.get("/api/elevations?site=assets").json();
  for (const auto& each : elevations.at("racks").as_array()) {
    std::set<int> there;
    for (const auto& device : each.at("devices").as_array()) {
      if (device.at("position").is_null()) continue;
      const auto u = static_cast<int>(device.at("position").at("u").as_int64());
      for (int i = 0; i < 2; ++i) there.insert(u + i);
    }
    EXPECT_EQ(there, used[each.at("name").as_string().c_str()]) << "seed " << seed;
    shown += there.size();
  }
  EXPECT_EQ(shown, sum);
  EXPECT_EQ(database.number("SELECT coalesce(sum(upper(units) - lower(units)), 0) FROM rack_slots"), static_cast<std::int64_t>(sum));
}

}  // namespace
}  // namespace dcim::tests
