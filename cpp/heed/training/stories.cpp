#include "heed/training/stories.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace heed {
namespace {

using Words = std::vector<std::string>;

const Words kBoys{"Tom", "Ben", "Max", "Sam", "Leo", "Hugo", "Finn", "Jack", "Otto", "Karl", "Paul", "Nick"};
const Words kGirls{"Ann", "Eva", "Mia", "Lucy", "Rose", "Nora", "Ida", "Emma", "Kate", "Ruth", "Jane", "Lily"};
const Words kThings{"kite",   "drum", "lamp",   "book", "ball", "map",  "bell",    "coin", "flute", "hat",
                    "basket", "rope", "button", "cup",  "doll", "ring", "whistle", "key",  "pear",  "feather"};
const Words kPlaces{"barn", "river", "market", "mill", "lake", "harbour", "well", "tower", "bridge", "gate"};
const Words kVerbs{"sang",   "slept",  "danced", "rested",   "waited", "laughed",
                   "hummed", "dreamt", "played", "whistled", "read",   "yawned"};
const Words kFeelings{"glad", "proud", "happy", "surprised", "grateful", "pleased"};
const Words kAnimals{"dog",  "cat",  "goat",  "horse",  "duck",  "hen",  "pony",   "lamb",
                     "dogs", "cats", "goats", "horses", "ducks", "hens", "ponies", "lambs"};
const Words kOwners{"farmer",  "miller",  "baker",  "sailor",  "king",  "tailor",
                    "farmers", "millers", "bakers", "sailors", "kings", "tailors"};
const Words kMoods{"noisy", "hungry", "asleep", "tired", "calm", "cheerful", "thirsty", "wet"};
/// The first word of a sentence says of which kind it is.
const Words kKinds{"then", "later", "who", "\"", "nearby"};

/// Tells one story, and keeps among how many words each was drawn.
class Teller {
 public:
  explicit Teller(RandomState& random) : random_(random) { open(); }

  Words words;
  std::vector<double> choices;

  void tell(std::size_t kind) {
    say(kKinds[kind], static_cast<double>(kKinds.size()));
    if (kind == 0) {
      move();
    } else if (kind == 1) {
      hand_over();
    } else if (kind == 2) {
      const std::size_t thing = pick_thing_after({"had", "the"});
      say_all({"?", "it", "was", people_[holder_[thing]], "."});
    } else if (kind == 3) {
      ask();
    } else {
      describe_animals();
    }
  }

  std::size_t below(std::size_t count) {
    return static_cast<std::size_t>(random_.uniform() * static_cast<double>(count));
  }

 private:
  void say(const std::string& word, double count = 1) {
    words.push_back(word);
    choices.push_back(count);
  }
  void say_all(const Words& all) {
    for (const std::string& word : all) say(word);
  }
  /// Says one of `from` other than `except`.
  std::string draw(const Words& from, const std::string& except = "") {
    Words left;
    for (const std::string& word : from)
      if (word != except) left.push_back(word);
    const std::string word = left[below(left.size())];
    say(word, static_cast<double>(left.size()));
    return word;
  }
  std::size_t pick_person() { return draw({people_[0], people_[1]}) == people_[0] ? 0 : 1; }
  std::size_t pick_thing_after(const Words& before) {
    say_all(before);
    return draw({things_[0], things_[1]}) == things_[0] ? 0 : 1;
  }
  [[nodiscard]] std::string pronoun(std::size_t person) const { return (person == 0) == boy_first_ ? "he" : "she"; }

  void open() {
    Words names = kBoys;
    names.insert(names.end(), kGirls.begin(), kGirls.end());
    people_[0] = draw(names);
    boy_first_ = std::find(kBoys.begin(), kBoys.end(), people_[0]) != kBoys.end();
    say("and");
    people_[1] = draw(boy_first_ ? kGirls : kBoys);
    say_all({"met", "at", "the"});
    places_[0] = places_[1] = draw(kPlaces);
    say_all({".", people_[0], "had", "a"});
    things_[0] = draw(kThings);
    say_all({"and", people_[1], "had", "a"});
    things_[1] = draw(kThings, things_[0]);
    say(".");
  }

  void move() {
    const std::size_t person = pick_person();
    say_all({"went", "to", "the"});
    places_[person] = draw(kPlaces, places_[person]);
    say_all({",", "where", pronoun(person)});
    draw(kVerbs);
    say(".");
  }

  void hand_over() {
    const std::size_t thing = pick_thing_after({"the"});
    const std::size_t giver = holder_[thing];
    holder_[thing] = 1 - giver;
    say_all({"was", "sent", "to", people_[1 - giver], "by", people_[giver], ",", "and", pronoun(1 - giver), "was"});
    draw(kFeelings);
    say(".");
  }

  void ask() {
    say_all({"where", "are", "you", ","});
    const std::size_t person = pick_person();
    say_all({"?", "\"", "asked", people_[1 - person], ".", "\"", "at", "the", places_[person], ",", "\"", "said",
             people_[person], "."});
  }

  void describe_animals() {
    say("the");
    const std::string animal = draw(kAnimals);
    say_all({"of", "the", "old"});
    draw(kOwners);
    say(animal.back() == 's' ? "were" : "was");
    draw(kMoods);
    say(".");
  }

  RandomState& random_;
  std::array<std::string, 2> people_, things_, places_;
  std::array<std::size_t, 2> holder_{0, 1};  // of each thing
  bool boy_first_ = true;
};

class Stories : public Task {
 public:
  explicit Stories(Index length) : Task(describe(length)) {
    for (const std::string& word : info().vocabulary) tokens_.emplace(word, static_cast<std::int32_t>(tokens_.size()));
  }

 private:
  static TaskInfo describe(Index length) {
    require(length >= 2, {"the length is ", length, "; stories need at least 2"});
    TaskInfo info{"stories", {}, length, 0, 0};
    for (const Words& words :
         {kBoys, kGirls, kThings, kPlaces, kVerbs, kFeelings, kAnimals, kOwners, kMoods, kKinds,
          Words{".",  ",",   "?",    "a",    "and", "are", "asked", "at",  "by",   "had",  "he",    "it", "met",
                "of", "old", "said", "sent", "she", "the", "to",    "was", "went", "were", "where", "you"}})
      info.vocabulary.insert(info.vocabulary.end(), words.begin(), words.end());

    RandomState random(0);
    const Teller opening(random);
    std::vector<double> starts(static_cast<std::size_t>(length) + 1);  // how likely a sentence starts at each place
    const auto add = [&](std::size_t from, const std::vector<double>& choices, std::size_t skipped, double likely) {
      for (std::size_t i = skipped; i < choices.size() && from + i - skipped < starts.size(); ++i)
        if (from + i > 0) {  // the first token is given
          info.floor += likely * std::log(choices[i]) / static_cast<double>(length);
          info.ceiling += likely / choices[i] / static_cast<double>(length);
        }
      const std::size_t end = from + choices.size() - skipped;
      if (end < starts.size()) starts[end] += likely;
    };
    add(0, opening.choices, 0, 1);
    for (std::size_t at = 1; at < starts.size(); ++at)
      for (std::size_t kind = 0; starts[at] > 0 && kind < kKinds.size(); ++kind) {
        Teller teller = opening;
        teller.tell(kind);
        add(at, teller.choices, opening.choices.size(), starts[at] / static_cast<double>(kKinds.size()));
      }
    return info;
  }

  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    Teller teller(random);
    const auto length = static_cast<std::size_t>(info().length);
    while (teller.words.size() <= length) teller.tell(teller.below(kKinds.size()));
    for (std::size_t i = 0; i <= length; ++i) {
      const std::int32_t token = tokens_.at(teller.words[i]);
      if (i < length) tokens[i] = token;
      if (i > 0) targets[i - 1] = token;
    }
  }

  std::map<std::string, std::int32_t> tokens_;
};

}  // namespace

std::unique_ptr<const Task> make_stories(Index length) { return std::make_unique<Stories>(length); }

}  // namespace heed
