#include "story/transcript.hpp"

#include <catch2/catch.hpp>

using hansom::story::without_transcript;

TEST_CASE("a transcript gives way to its length, wherever it stands") {
  CHECK(without_transcript(R"({"chat_history":[],"seq":4})") == R"({"chat_history":0,"seq":4})");
  CHECK(without_transcript(
            R"({"assignment":{"note":"n","chat_history":[{"text":"a"},{"text":"b"}]}})") ==
        R"({"assignment":{"note":"n","chat_history":2}})");
  CHECK(without_transcript(R"({"type":"pong"})") == R"({"type":"pong"})");
  CHECK(without_transcript(R"({"chat_history":[],"a":1})", 7) == R"({"chat_history":7,"a":1})");
}

TEST_CASE("what people wrote ends no transcript and begins none") {
  CHECK(without_transcript(R"({"chat_history":[{"text":"]}\"]"},{"text":"\\"}],"note":"x"})") ==
        R"({"chat_history":2,"note":"x"})");
  const auto* const said = R"({"note":"\"chat_history\":[","text":"chat_history"})";
  CHECK(without_transcript(said) == said);
  const auto* const named = R"({"text":"chat_history","title":[1]})";
  CHECK(without_transcript(named) == named);
}
