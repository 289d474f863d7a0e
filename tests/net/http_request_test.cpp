#include "net/http_request.hpp"

#include <catch2/catch.hpp>

namespace hansom::net {
namespace {

using Parts = std::vector<std::string>;

RequestToken token(std::string_view target, std::string_view authorization, std::string_view cookie,
                   bool takes_cookie = true) {
  HttpRequest request{"GET", target, authorization, ""};
  request.cookie = cookie;
  return token_of(request, takes_cookie);
}

}  // namespace

TEST_CASE("a path ends where its query begins", "[http]") {
  CHECK(path_of("/a/b?c=/d") == "/a/b");
  CHECK(path_of("/a/b") == "/a/b");
  CHECK(path_of("?a") == "");
  CHECK(path_of("") == "");
}

TEST_CASE("the first parameter of a name counts, decoded", "[http]") {
  CHECK(query_parameter("/x?a=1&b=2&a=3", "a") == "1");
  CHECK(query_parameter("/x?a=1&b=2&a=3", "b") == "2");
  CHECK(query_parameter("/x?a=b+c%2Bd%20e", "a") == "b c+d e");
  CHECK(query_parameter("/x?a=b=c", "a") == "b=c");
  CHECK(query_parameter("/x?&&a=1&=", "a") == "1");
  CHECK(query_parameter("/x?b=%zz&a=1", "a") == "1");
}

TEST_CASE("a parameter that is missing, empty or badly encoded is none", "[http]") {
  for (const auto* target : {"/x", "/x?", "/x?a", "/x?a=", "/x?A=1", "/x?aa=1", "/x?b=a", "/a=1",
                             "/x?a=%zz", "/x?a=%", "/x?%61=1"}) {
    INFO(target);
    CHECK_FALSE(query_parameter(target, "a"));
  }
}

TEST_CASE("a pattern fits paths of its segments, and hands out what stands for its parts",
          "[http]") {
  const auto pattern = "/api/rooms/{host}/{slug}/messages";
  CHECK(match(pattern, "/api/rooms/alice/physics/messages") == Parts{"alice", "physics"});
  CHECK(match(pattern, "/api/rooms/../%2F/messages") == Parts{"..", "%2F"});
  CHECK(match("/api/rooms", "/api/rooms") == Parts{});
  for (const auto* path :
       {"", "/", "/api/rooms", "/api/rooms/alice/physics", "/api/rooms/alice/physics/messages/",
        "/api/rooms/alice//messages", "/api/rooms//physics/messages",
        "/api/rooms/alice/physics/message", "/api/rooms/alice/physics/messages/7",
        "api/rooms/alice/physics/messages", "/API/rooms/alice/physics/messages",
        "//api/rooms/alice/physics/messages"}) {
    INFO(path);
    CHECK_FALSE(match(pattern, path));
  }
}

TEST_CASE("a pattern with a slash at its end is one of its own", "[http]") {
  const auto with = "/ws/chat/{username}/{room}/";
  const auto without = "/ws/chat/{username}/{room}";
  CHECK(match(with, "/ws/chat/alice/physics/") == Parts{"alice", "physics"});
  CHECK_FALSE(match(with, "/ws/chat/alice/physics"));
  CHECK_FALSE(match(with, "/ws/chat/alice/physics//"));
  CHECK(match(without, "/ws/chat/alice/physics") == Parts{"alice", "physics"});
  CHECK_FALSE(match(without, "/ws/chat/alice/physics/"));
  CHECK_FALSE(match(without, "/ws/chat/alice/"));
}

TEST_CASE("a bearer's token stands behind the scheme, in any case of it", "[http]") {
  CHECK(bearer_of("Bearer abc") == "abc");
  CHECK(bearer_of("bEaReR abc") == "abc");
  CHECK(bearer_of("Bearer a b") == "a b");
  for (const auto* header : {"", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer\tabc"}) {
    INFO(header);
    CHECK(bearer_of(header).empty());
  }
}

TEST_CASE("a cookie is found by its name among others", "[http]") {
  const auto cookie = [](std::string_view header) { return cookie_named("t", header); };
  CHECK(cookie("t=abc") == "abc");
  CHECK(cookie("a=1; t=abc; b=2") == "abc");
  CHECK(cookie("a=1;t=abc;b=2") == "abc");
  CHECK(cookie("  t = abc \t; b=2") == "abc");
  CHECK(cookie("t=\"abc\"") == "abc");
  CHECK(cookie("t=a=b") == "a=b");
  CHECK(cookie("t=one; t=two") == "one");
  CHECK(cookie("t=\"") == "\"");
  CHECK(cookie("tt=1; t=abc") == "abc");
  CHECK(cookie("t=; t=\"\"; t=abc") == "abc");  // what is empty is passed over
}

TEST_CASE("a cookie that is not there, or has nothing in it, is empty", "[http]") {
  for (const auto* header : {"", "t", "t=", "t=\"\"", "T=abc", "tt=abc", "a=t=abc", ";;;", "=abc",
                             "a=1; b=2", "t=; t="}) {
    INFO(header);
    CHECK(cookie_named("t", header).empty());
  }
}

TEST_CASE("a token counts from the header first, then the query, then the cookie", "[http]") {
  const auto* target = "/ws/chat/alice/physics/?token=query";
  const auto of_header = token(target, "Bearer header", "access_token=cookie");
  CHECK(of_header.text == "header");
  CHECK_FALSE(of_header.is_of_cookie);
  const auto of_query = token(target, "", "access_token=cookie");
  CHECK(of_query.text == "query");
  CHECK_FALSE(of_query.is_of_cookie);
  const auto of_cookie = token("/ws/chat/alice/physics/", "", "access_token=cookie");
  CHECK(of_cookie.text == "cookie");
  CHECK(of_cookie.is_of_cookie);
  // What is no token is passed over.
  CHECK(token("/ws/chat/alice/physics/?token=", "Basic abc", "access_token=cookie").is_of_cookie);
  const auto none = token("/ws/chat/alice/physics/", "", "session=cookie; access_token=");
  CHECK(none.text.empty());
  CHECK_FALSE(none.is_of_cookie);
}

TEST_CASE("a cookie counts only where it is to, and never beside a token in the query", "[http]") {
  CHECK(token("/api/rooms", "", "access_token=cookie").is_of_cookie);
  CHECK(token("/api/rooms", "", "access_token=cookie", false).text.empty());
  for (const auto* query : {"?token=%zz", "?token=%"}) {
    const auto bad = token("/api/rooms" + std::string(query), "", "access_token=cookie");
    CHECK("?token=" + bad.text == query);
    CHECK_FALSE(bad.is_of_cookie);
  }
}

}  // namespace hansom::net
