#include "core/access.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dcim::core {
namespace {

TEST(Access, RolesHaveNamesBothWays) {
  for (const auto role : kRoles) EXPECT_EQ(role_from(name_of(role)), role);
  EXPECT_EQ(role_from("root"), std::nullopt);
}

TEST(Access, EachRoleMayDoWhatTheTableSays) {
  const auto who_may = [](Permission permission) {
    std::string names;
    for (const auto role : kRoles) names += allows(role, permission) ? std::string(name_of(role)) + " " : "";
    return names;
  };
  EXPECT_EQ(who_may(Permission::view), "admin site-manager operator viewer ");
  EXPECT_EQ(who_may(Permission::own_session), "admin site-manager operator viewer ");
  EXPECT_EQ(who_may(Permission::view_ingest_reports), "admin site-manager operator ");
  EXPECT_EQ(who_may(Permission::import_site), "admin site-manager ");
  EXPECT_EQ(who_may(Permission::create_site), "admin ");
  EXPECT_EQ(who_may(Permission::view_audit_log), "admin ");
  EXPECT_EQ(who_may(Permission::view_metrics), "admin ");
}

TEST(Access, OnlyGrantedSitesAreSeenButAnAdministratorSeesAll) {
  Principal user;
  user.sites = {SiteId{1}, SiteId{3}};
  EXPECT_TRUE(sees(user, SiteId{1}));
  EXPECT_FALSE(sees(user, SiteId{2}));
  user.role = Role::admin;
  EXPECT_TRUE(sees(user, SiteId{2}));
}

TEST(Access, EmailIsLowerCasedAndChecked) {
  EXPECT_EQ(normalized_email("Ann@Example.ORG"), "ann@example.org");
  for (const auto* bad : {"", "a@", "@b", "ab", "a@b@c", "a b@c", "a@b\n"}) EXPECT_EQ(normalized_email(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace dcim::core
