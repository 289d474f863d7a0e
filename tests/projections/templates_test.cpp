#include "projections/templates.hpp"

#include "tests/support/printing.hpp"
#include "tests/support/story.hpp"

#include <catch2/catch.hpp>

namespace hansom {
namespace {

const TemplateId first{uuid(9)};  // not in order of their ids
const TemplateId second{uuid(5)};
const TemplateId third{uuid(7)};

struct Told {
  Story story;
  Templates templates;

  void tell(TemplateId id, TemplateEvent event) {
    templates.apply(story.tell(StreamId(id), Event(std::move(event))));
  }
  void add(TemplateId id, std::optional<AccountId> driver, std::string text = "flat tyre") {
    tell(id, TemplateAdded{driver, std::move(text)});
  }
  std::vector<TemplateId> of(std::optional<AccountId> driver) const {
    std::vector<TemplateId> ids;
    for (const auto* each : templates.of(driver)) ids.push_back(each->id);
    return ids;
  }
};

using Ids = std::vector<TemplateId>;

}  // namespace

TEST_CASE("a template is found with its text and whose it is", "[templates]") {
  Told told;
  told.add(first, std::nullopt);
  told.add(second, bob, "I am ill");
  const auto* found = told.templates.find(second);
  REQUIRE(found);
  CHECK(found->id == second);
  CHECK(found->driver == bob);
  CHECK(found->text == "I am ill");
  CHECK(found->revision == Revision{1});
  CHECK(found->added == Position{2});
  CHECK_FALSE(told.templates.find(first)->driver);
  CHECK_FALSE(told.templates.find(third));
}

TEST_CASE("templates of one owner come oldest first, and without the others'", "[templates]") {
  Told told;
  CHECK(told.of(bob).empty());
  CHECK(told.of(std::nullopt).empty());
  told.add(first, bob);
  told.add(TemplateId{uuid(1)}, std::nullopt);
  told.add(second, bob);
  told.add(TemplateId{uuid(2)}, dana);
  told.add(third, bob);
  CHECK(told.of(bob) == Ids{first, second, third});
  CHECK(told.of(dana) == Ids{TemplateId{uuid(2)}});
  CHECK(told.of(std::nullopt) == Ids{TemplateId{uuid(1)}});
  CHECK(told.of(frank).empty());
}

TEST_CASE("a template that was deleted is gone, and no other", "[templates]") {
  const auto owner = GENERATE(std::optional<AccountId>(bob), std::optional<AccountId>());
  Told told;
  for (const auto id : {first, second, third}) told.add(id, owner);
  told.tell(second, TemplateDeleted{});
  CHECK_FALSE(told.templates.find(second));
  CHECK(told.of(owner) == Ids{first, third});
  told.tell(first, TemplateDeleted{});
  told.tell(third, TemplateDeleted{});
  CHECK(told.of(owner).empty());
  told.add(second, owner, "once more");
  CHECK(told.of(owner) == Ids{second});
}

TEST_CASE("deleting a template that is not there changes nothing", "[templates]") {
  Told told;
  told.add(first, bob);
  told.tell(second, TemplateDeleted{});
  CHECK(told.of(bob) == Ids{first});
}

}  // namespace hansom
