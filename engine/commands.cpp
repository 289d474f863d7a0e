#include "engine/commands.hpp"

namespace hansom {
namespace {

std::string_view name(const Connect&) { return "connect"; }
std::string_view name(const Disconnect&) { return "disconnect"; }
std::string_view name(const Drained&) { return "drained"; }
std::string_view name(const Misspeak&) { return "misspeak"; }
std::string_view name(const UpdateLocation&) { return "location_update"; }
std::string_view name(const Resync&) { return "resync"; }
std::string_view name(const TellPosition&) { return "position"; }
std::string_view name(const SubmitArrivalTime&) { return "submit_arrival_time"; }
std::string_view name(const AcceptOffer&) { return "accept"; }
std::string_view name(const RejectBooking&) { return "reject"; }
std::string_view name(const AcceptScheduledBooking&) { return "accept_booking"; }
std::string_view name(const DeclineOffer&) { return "decline_booking"; }
std::string_view name(const CompleteRide&) { return "mark_as_completed"; }
std::string_view name(const SendChatMessage&) { return "chat_message"; }
std::string_view name(const MalformedRequest&) { return "malformed_request"; }
std::string_view name(const RequestBooking&) { return "request_booking"; }
std::string_view name(const CancelRideByCustomer&) { return "cancel_ride_by_customer"; }
std::string_view name(const CancelRideByDriver&) { return "cancel_ride_by_driver"; }
std::string_view name(const ShowProfile&) { return "show_profile"; }
std::string_view name(const ListBookings&) { return "list_bookings"; }
std::string_view name(const AddOwnTemplate&) { return "add_own_template"; }
std::string_view name(const ListTemplates&) { return "list_templates"; }
std::string_view name(const DeleteOwnTemplate&) { return "delete_own_template"; }
std::string_view name(const RegisterAccount&) { return "register_account"; }
std::string_view name(const ShowAccount&) { return "show_account"; }
std::string_view name(const ChangeAccount&) { return "change_account"; }
std::string_view name(const EndSessions&) { return "end_sessions"; }
std::string_view name(const AddAdminTemplate&) { return "add_admin_template"; }
std::string_view name(const ListAdminTemplates&) { return "list_admin_templates"; }
std::string_view name(const ExpireDriverResponse&) { return "expire_driver_response"; }
std::string_view name(const ExpireCustomerAnswer&) { return "expire_customer_answer"; }
std::string_view name(const ReachPickupTime&) { return "reach_pickup_time"; }
std::string_view name(const WithdrawOffer&) { return "withdraw_offer"; }
std::string_view name(const WithdrawRequest&) { return "withdraw_request"; }
std::string_view name(const RequestOpenRide&) { return "create_ride_request"; }
std::string_view name(const AcceptOpenOffer&) { return "accept_ride_request"; }
std::string_view name(const CompleteOpenRide&) { return "complete_ride_request"; }
std::string_view name(const CancelOpenRide&) { return "cancel_ride_request"; }
std::string_view name(const SendRideMessage&) { return "send_chat_message"; }
std::string_view name(const SendRoomMessage&) { return "send_room_message"; }
std::string_view name(const EditRoomMessage&) { return "edit_room_message"; }
std::string_view name(const DeleteRoomMessage&) { return "delete_room_message"; }
std::string_view name(const ConnectToCampus&) { return "connect_to_campus"; }
std::string_view name(const EnterRoom&) { return "enter_room"; }
std::string_view name(const OpenRoom&) { return "open_room"; }
std::string_view name(const AddParticipant&) { return "add_participant"; }
std::string_view name(const RemoveParticipant&) { return "remove_participant"; }
std::string_view name(const ListRoomMessages&) { return "list_room_messages"; }

}  // namespace

Actor actor_on(Side side, AccountId account) {
  switch (side) {
    case Side::driver:
    case Side::campus_driver:
      return {ActorKind::driver, account};
    case Side::customer:
    case Side::passenger:
      return {ActorKind::customer, account};
    case Side::participant:
      return {ActorKind::participant, account};
  }
  return {};
}

bool asks_for_socket(const Command& command) {
  return std::visit([]<typename C>(const C&) { return is_arrival<C>; }, command);
}

std::string_view name_of(const Command& command) {
  return std::visit([](const auto& alternative) { return name(alternative); }, command);
}

}  // namespace hansom
