#include "net/read_executor.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

namespace hansom::net {

TEST_CASE("a read is handled in the call that begins it, else on the net thread",
          "[read_executor]") {
  boost::asio::io_context context{1};
  bool is_beginning = false, heard = false;
  // As Beast does when it has what was asked for.
  const auto complete = [&] {
    boost::asio::post(boost::asio::bind_executor(ReadExecutor(context.get_executor(), is_beginning),
                                                 [&] { heard = true; }));
    return std::exchange(heard, false);
  };
  is_beginning = true;
  CHECK(complete());
  is_beginning = false;
  CHECK_FALSE(complete());
  context.run();
  CHECK(heard);
}

}  // namespace hansom::net
