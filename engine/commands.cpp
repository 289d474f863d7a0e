#include "engine/commands.hpp"

namespace hansom {
namespace {

std::string_view name(const Connect&) { return "connect"; }
std::string_view name(const Disconnect&) { return "disconnect"; }
std::string_view name(const Misspeak&) { return "misspeak"; }
std::string_view name(const UpdateLocation&) { return "location_update"; }
std::string_view name(const Resync&) { return "resync"; }
std::string_view name(const RequestBooking&) { return "request_booking"; }
std::string_view name(const SubmitArrivalTime&) { return "submit_arrival_time"; }
std::string_view name(const AcceptOffer&) { return "accept"; }
std::string_view name(const CompleteRide&) { return "mark_as_completed"; }
std::string_view name(const SendChatMessage&) { return "chat_message"; }
std::string_view name(const RegisterAccount&) { return "register_account"; }
std::string_view name(const ExpireDriverResponse&) { return "expire_driver_response"; }
std::string_view name(const ExpireCustomerAnswer&) { return "expire_customer_answer"; }

}  // namespace

std::string_view name_of(const Command& command) {
  return std::visit([](const auto& alternative) { return name(alternative); }, command);
}

}  // namespace hansom
