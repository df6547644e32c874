#include "core/access.h"

#include <algorithm>

namespace dcim::core {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::admin: return "admin";
    case Role::site_manager: return "site-manager";
    case Role::operator_: return "operator";
    case Role::viewer: return "viewer";
  }
  return "viewer";
}

std::optional<Role> role_from(std::string_view name) {
  const auto it = std::ranges::find(kRoles, name, [](Role role) { return name_of(role); });
  return it == kRoles.end() ? std::nullopt : std::optional(*it);
}

bool allows(Role role, Permission permission) {
  switch (permission) {
    case Permission::open:
    case Permission::own_session:
    case Permission::view: return true;
    case Permission::work_on_alarms:
    case Permission::view_ingest_reports: return role != Role::viewer;
    case Permission::edit_alarm_rules:
    case Permission::edit_assets:
    case Permission::edit_device_types:
    case Permission::manage_notifications:
    case Permission::import_site: return role == Role::admin || role == Role::site_manager;
    case Permission::edit_room_plans:
    case Permission::create_site:
    case Permission::view_audit_log:
    case Permission::view_metrics: return role == Role::admin;
  }
  return false;
}

bool sees(const Principal& principal, SiteId site) {
  return principal.role == Role::admin || std::ranges::find(principal.sites, site) != principal.sites.end();
}

std::optional<std::string> normalized_email(std::string_view email) {
  if (email.size() < 3 || email.size() > 254) return std::nullopt;
  const auto at = email.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == email.size() || email.find('@', at + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  std::string out(email);
  for (char& c : out) {
    if (c <= ' ' || c == 0x7f) return std::nullopt;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace dcim::core
