// The handlers of the route table, one file per feature.
#pragma once

#include "api/router.h"

namespace dcim::api {

// auth.cc
asio::awaitable<base::Result<Response>> login(Call& call);
asio::awaitable<base::Result<Response>> logout(Call& call);
asio::awaitable<base::Result<Response>> me(Call& call);
// inventory.cc
asio::awaitable<base::Result<Response>> list_sites(Call& call);
asio::awaitable<base::Result<Response>> list_rooms(Call& call);
asio::awaitable<base::Result<Response>> list_racks(Call& call);
asio::awaitable<base::Result<Response>> list_sensors(Call& call);
asio::awaitable<base::Result<Response>> get_sensor(Call& call);
/// The room, or rack, that ?room= or ?rack= names; one of another site is not there.
base::Result<std::optional<core::RoomId>> room_parameter(const Call& call);
base::Result<std::optional<core::RackId>> rack_parameter(const Call& call);
// device_types.cc
asio::awaitable<base::Result<Response>> list_device_types(Call& call);
asio::awaitable<base::Result<Response>> get_device_type(Call& call);
asio::awaitable<base::Result<Response>> create_device_type(Call& call);
asio::awaitable<base::Result<Response>> import_device_type(Call& call);
asio::awaitable<base::Result<Response>> update_device_type(Call& call);
asio::awaitable<base::Result<Response>> delete_device_type(Call& call);
// device_type_images.cc
asio::awaitable<base::Result<Response>> get_device_type_image(Call& call);
asio::awaitable<base::Result<Response>> put_device_type_image(Call& call);
asio::awaitable<base::Result<Response>> delete_device_type_image(Call& call);
// devices.cc
asio::awaitable<base::Result<Response>> list_devices(Call& call);
asio::awaitable<base::Result<Response>> list_device_facets(Call& call);
asio::awaitable<base::Result<Response>> get_device(Call& call);
asio::awaitable<base::Result<Response>> create_device(Call& call);
asio::awaitable<base::Result<Response>> update_device(Call& call);
asio::awaitable<base::Result<Response>> delete_device(Call& call);
// asset_batches.cc
asio::awaitable<base::Result<Response>> edit_devices_in_bulk(Call& call);
asio::awaitable<base::Result<Response>> move_devices(Call& call);
// asset_import.cc
asio::awaitable<base::Result<Response>> export_devices(Call& call);
asio::awaitable<base::Result<Response>> import_devices(Call& call);
// asset_history.cc
asio::awaitable<base::Result<Response>> list_device_history(Call& call);
asio::awaitable<base::Result<Response>> list_rack_history(Call& call);
asio::awaitable<base::Result<Response>> undo_change(Call& call);
asio::awaitable<base::Result<Response>> undo_change_batch(Call& call);
// racks.cc
asio::awaitable<base::Result<Response>> get_rack(Call& call);
asio::awaitable<base::Result<Response>> update_rack(Call& call);
asio::awaitable<base::Result<Response>> list_elevations(Call& call);
asio::awaitable<base::Result<Response>> create_reservation(Call& call);
asio::awaitable<base::Result<Response>> delete_reservation(Call& call);
// room_plans.cc
asio::awaitable<base::Result<Response>> get_room_plan(Call& call);
asio::awaitable<base::Result<Response>> update_room_plan(Call& call);
// room_past.cc
asio::awaitable<base::Result<Response>> get_room_state(Call& call);
asio::awaitable<base::Result<Response>> get_room_timeline(Call& call);
// capacity.cc
asio::awaitable<base::Result<Response>> get_capacity(Call& call);
asio::awaitable<base::Result<Response>> get_capacity_trend(Call& call);
// capacity_fit.cc
asio::awaitable<base::Result<Response>> find_fit(Call& call);
asio::awaitable<base::Result<Response>> reserve_fit(Call& call);
// power.cc
asio::awaitable<base::Result<Response>> get_power(Call& call);
asio::awaitable<base::Result<Response>> explain_power(Call& call);
// power_past.cc
asio::awaitable<base::Result<Response>> get_power_history(Call& call);
asio::awaitable<base::Result<Response>> get_pue_past(Call& call);
// power_chain.cc
asio::awaitable<base::Result<Response>> get_power_chain(Call& call);
asio::awaitable<base::Result<Response>> get_power_what_if(Call& call);
asio::awaitable<base::Result<Response>> create_power_element(Call& call);
asio::awaitable<base::Result<Response>> update_power_element(Call& call);
asio::awaitable<base::Result<Response>> delete_power_element(Call& call);
// onboarding.cc
asio::awaitable<base::Result<Response>> adopt_topic(Call& call);
asio::awaitable<base::Result<Response>> get_credentials(Call& call);
asio::awaitable<base::Result<Response>> issue_credentials(Call& call);
asio::awaitable<base::Result<Response>> revoke_credentials(Call& call);
// site_import.cc
asio::awaitable<base::Result<Response>> import_site(Call& call);
// readings.cc
asio::awaitable<base::Result<Response>> list_readings(Call& call);
asio::awaitable<base::Result<Response>> list_readings_of_many(Call& call);
// alarms.cc
asio::awaitable<base::Result<Response>> list_alarms(Call& call);
asio::awaitable<base::Result<Response>> count_alarms(Call& call);
asio::awaitable<base::Result<Response>> get_alarm(Call& call);
asio::awaitable<base::Result<Response>> acknowledge_alarms(Call& call);
asio::awaitable<base::Result<Response>> note_alarm(Call& call);
asio::awaitable<base::Result<Response>> reset_alarm(Call& call);
// alarm_rules.cc
asio::awaitable<base::Result<Response>> list_alarm_rules(Call& call);
asio::awaitable<base::Result<Response>> get_alarm_rule(Call& call);
asio::awaitable<base::Result<Response>> list_alarm_rules_of_sensor(Call& call);
asio::awaitable<base::Result<Response>> create_alarm_rule(Call& call);
asio::awaitable<base::Result<Response>> update_alarm_rule(Call& call);
asio::awaitable<base::Result<Response>> delete_alarm_rule(Call& call);
asio::awaitable<base::Result<Response>> test_alarm_rule(Call& call);
/// The version that If-Match names; `invalid` when there is none.
base::Result<int> if_match(const Call& call);
// limits.cc
asio::awaitable<base::Result<Response>> list_limits(Call& call);
// latest.cc
asio::awaitable<base::Result<Response>> list_latest(Call& call);
// notifications.cc
asio::awaitable<base::Result<Response>> list_notification_channels(Call& call);
asio::awaitable<base::Result<Response>> create_notification_channel(Call& call);
asio::awaitable<base::Result<Response>> update_notification_channel(Call& call);
asio::awaitable<base::Result<Response>> delete_notification_channel(Call& call);
asio::awaitable<base::Result<Response>> test_notification_channel(Call& call);
asio::awaitable<base::Result<Response>> list_notification_routes(Call& call);
asio::awaitable<base::Result<Response>> create_notification_route(Call& call);
asio::awaitable<base::Result<Response>> update_notification_route(Call& call);
asio::awaitable<base::Result<Response>> delete_notification_route(Call& call);
asio::awaitable<base::Result<Response>> list_notifications(Call& call);
asio::awaitable<base::Result<Response>> retry_notification(Call& call);
// overview.cc
asio::awaitable<base::Result<Response>> get_overview(Call& call);
asio::awaitable<base::Result<Response>> get_overview_trends(Call& call);
// environment.cc
asio::awaitable<base::Result<Response>> get_environment(Call& call);
asio::awaitable<base::Result<Response>> get_compliance(Call& call);
// ingest_reports.cc
asio::awaitable<base::Result<Response>> list_discovered_topics(Call& call);
asio::awaitable<base::Result<Response>> list_rejected_messages(Call& call);
// audit.cc
asio::awaitable<base::Result<Response>> list_audit_log(Call& call);
// health.cc
asio::awaitable<base::Result<Response>> health_live(Call& call);
asio::awaitable<base::Result<Response>> health_ready(Call& call);
asio::awaitable<base::Result<Response>> metrics(Call& call);

}  // namespace dcim::api
