#include "heed/training/tasks/story_grammar.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "heed/tensor/message.h"

namespace heed {
namespace {

using Words = std::vector<std::string>;

/// What follows "a" begins with a consonant, and only what means several ends in s.
const std::vector<std::pair<std::string, std::string>> kLists{
    {"boy", "Tom Ben Max Sam Leo Hugo Finn Jack Oscar Karl Paul Nick Peter Theo Felix Henry Jonas Adam Luke Noah"},
    {"girl", "Ann Eva Mia Lucy Rose Nora Ida Emma Kate Ruth Jane Lily Clara Sophie Alice Mary Ella Grace Hannah Julia"},
    {"thing",
     "kite drum lamp book ball map bell coin flute hat basket rope button cup doll ring whistle key feather lantern "
     "mirror candle blanket clock spoon necklace violin scarf box pumpkin teapot puppet shell stone bottle crown"},
    {"look",
     "red blue green golden silver tiny small big round wooden shiny little yellow white black purple pretty strange "
     "precious brown striped beautiful"},
    {"place",
     "barn river market mill lake harbour well tower bridge gate church school farm castle beach fountain pond orchard "
     "station inn stable library lighthouse palace"},
    {"kin", "mother father sister brother aunt uncle grandmother grandfather niece nephew"},
    {"weather", "windy misty sunny rainy cold warm bright snowy foggy cloudy quiet frosty"},
    {"time", "morning afternoon evening day"},
    {"walked", "walked ran hurried wandered strolled marched"},
    {"carried", "carried had held"},
    {"sly", "hungry clever naughty greedy sly bold wild cheeky"},
    {"beast", "fox crow goat monkey magpie wolf dog cat goose donkey squirrel bear mouse rabbit"},
    {"herd",
     "lamb hen duck pony cow pig kitten puppy horse swan lambs hens ducks ponies cows pigs kittens puppies horses "
     "swans"},
    {"owner",
     "farmer miller baker sailor king queen tailor shepherd farmers millers bakers sailors kings queens tailors "
     "shepherds"},
    {"sad", "hungry thirsty tired lonely cold wet shy sad"},
    {"fed", "fed stroked helped hugged comforted"},
    {"food", "apples cherries nuts pancakes plums grapes bread cheese honey soup chocolate milk"},
    {"danced", "danced clapped laughed whistled hummed smiled listened"},
    {"tired", "tired sleepy hungry dizzy cold sad"},
    {"foot", "foot knee toe hand finger elbow"},
    {"rain", "rain snow hail thunder"},
    {"glad", "glad happy delighted proud overjoyed surprised grateful pleased"},
    {"tea", "tea supper dinner cocoa pudding porridge"},
    {"sang", "sang danced talked played laughed"},
    {"midnight", "midnight dawn bedtime sunset dark"},
};
/// Lists that a story draws from more than once, never the same word; they share none.
const Words kOnce{"thing", "look", "place", "beast"};
const Words kMen{"father", "brother", "uncle", "grandfather", "nephew"};

struct Text {
  const char* text;
  std::string_view event{};
  Holding holding = Holding::kAny;
  Passing passing = Passing::kNone;
};

// $list draws a word; NAME=list draws the word for a role; NAME or NAME.form speaks of it.
const std::vector<Text> kOpenings{
    {"one $weather $time , A=name set out for the GOAL=place with a LOOK1=look THING1=thing for A.his KIN=kin ."},
    {"long ago A=name had a LOOK1=look THING1=thing for A.his KIN=kin , who lived by the GOAL=place . one $weather "
     "$time "
     "A.he set out ."},
    {"there was a boy called A=boy , whose KIN=kin lived by the GOAL=place . one $weather $time A.he set out with a "
     "LOOK1=look THING1=thing ."},
    {"there was a girl called A=girl , whose KIN=kin lived by the GOAL=place . one $weather $time A.he set out with a "
     "LOOK1=look THING1=thing ."},
};
const std::vector<Text> kMeetings{
    {"at the HERE=place A.he met B=partner , who $carried a LOOK2=look THING2=thing ."},
    {"near the HERE=place stood B=partner with a LOOK2=look THING2=thing ."},
    {"A.he $walked to the HERE=place , where A.he met B=partner , who had a LOOK2=look THING2=thing ."},
};
const std::vector<Text> kEvents{
    {"\" where are you going ? \" asked B . \" to the GOAL , \" said A .", "going"},
    {"\" who is the T for ? \" asked B . \" my KIN , \" said A .", "for", Holding::kByA},
    {"\" where is the T ? \" asked O . \" I have it , \" said H .", "where"},
    {"\" where is the T ? \" asked H . \" you have it , \" said O .", "where"},
    {"\" look , Y ! \" cried X . \" a $beast ! \"", "look"},
    {"then H gave O the T , and O.he gave H.him the U .", "swap", Holding::kApart, Passing::kSwap},
    {"H stopped because H.he was $tired , so O took the T .", "tired", Holding::kAny, Passing::kToOther},
    {"H dropped the T , and O picked it up .", "dropped", Holding::kAny, Passing::kToOther},
    {"suddenly a $sly BEAST=beast stole the T from H , but X found it at the HERE=place .", "stolen", Holding::kAny,
     Passing::kToX},
    {"by the road , the HERD=herd of the $owner HERD.was $sad , so X $fed HERD.it .", "herd"},
    {"soon they $walked on to the HERE=place .", "on"},
    {"it began to $rain , so they waited at the HERE .", "rain"},
    {"X had some FOOD=food and shared FOOD.it with Y at the HERE .", "food"},
    {"X hurt X.his $foot , so Y told X.him a story .", "hurt"},
    {"X sang a song about a $beast , and Y $danced .", "song"},
};
const std::vector<Text> kArrivals{
    {"at last they came to the GOAL . A gave A.his KIN the T.look T , and B gave KIN.him the U.look U .", "",
     Holding::kApartByA},
    {"at last they came to the GOAL . H gave A.his KIN the T.look T and the U.look U .", "", Holding::kTogether},
};
const std::vector<Text> kEndings{
    {"\" thank you ! \" said A.his KIN , and made $tea for them ."},
    {"A.his KIN was $glad , and they $sang until $midnight ."},
    {"then they all $sang until $midnight ."},
};

/// As roles and forms are numbered.
const Words kRoles{"A",     "B",    "KIN",  "GOAL", "HERE", "THING1", "THING2", "LOOK1", "LOOK2",
                   "BEAST", "HERD", "FOOD", "X",    "Y",    "T",      "U",      "H",     "O"};
const Words kForms{"", "he", "him", "his", "it", "was", "look"};
/// Of forms he to was: of one who is female, or of one; of one who is male, or of several.
const std::array<std::array<const char*, 2>, 6> kSpoken{
    {{"", ""}, {"she", "he"}, {"her", "him"}, {"her", "his"}, {"it", "them"}, {"was", "were"}}};

/// After how many events of some twelve that could come stories end, on average, depends on this.
constexpr double kWeightOfArrival = 5;

Words split(const std::string& text, char separator) {
  Words parts;
  for (std::size_t begin = 0; begin < text.size();) {  // a stream would be a third of the WebAssembly module
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::size_t index_in(const Words& words, const std::string& word) {
  const auto found = std::find(words.begin(), words.end(), word);
  require(found != words.end(), {"the grammar of stories knows no ", word});
  return static_cast<std::size_t>(found - words.begin());
}

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_literal(const std::string& word) {
  return word[0] != '$' && word.find('=') == std::string::npos && !contains(kRoles, split(word, '.')[0]);
}

class Parser {
 public:
  explicit Parser(StoryGrammar& grammar) : grammar_(grammar) {
    for (const auto& [name, words] : kLists) {
      lists_.push_back(name);
      words_.push_back(split(words, ' '));
    }
    lists_.insert(lists_.end(), {"name", "partner"});
    Words names = words_[0];
    names.insert(names.end(), words_[1].begin(), words_[1].end());
    words_.insert(words_.end(), {names, {}});
  }

  void read_words() {
    std::set<std::string> distinct{kStoryEnd};
    for (const Words& words : words_) distinct.insert(words.begin(), words.end());
    for (std::size_t form = 1; form < kSpoken.size(); ++form)
      distinct.insert(kSpoken[form].begin(), kSpoken[form].end());
    for (const std::vector<Text>* texts : {&kOpenings, &kMeetings, &kEvents, &kArrivals, &kEndings})
      for (const Text& text : *texts)
        for (const std::string& word : split(text.text, ' '))
          if (is_literal(word)) distinct.insert(word);
    grammar_.vocabulary.assign(distinct.begin(), distinct.end());

    for (const Words& words : words_) {
      grammar_.lists.emplace_back();
      for (const std::string& word : words) grammar_.lists.back().push_back(id(word));
    }
    for (const std::string& name : lists_) grammar_.once.push_back(contains(kOnce, name));
    grammar_.boys = 0;
    grammar_.girls = 1;
    grammar_.partners = lists_.size() - 1;
    for (const std::string& word : grammar_.vocabulary) {
      grammar_.male.push_back(contains(words_[grammar_.boys], word) || contains(kMen, word));
      grammar_.plural.push_back(word.back() == 's');
    }
    for (std::size_t form = 1; form < kSpoken.size(); ++form)
      for (std::size_t i = 0; i < 2; ++i) grammar_.forms[form][i] = id(kSpoken[form][i]);
  }

  [[nodiscard]] std::vector<StoryPart> parts(const std::vector<Text>& texts) const {
    std::vector<StoryPart> parts;
    Words events;
    for (const Text& text : texts) {
      StoryPart part;
      part.holding = text.holding;
      part.passing = text.passing;
      for (const std::string& word : split(text.text, ' ')) {
        part.tokens.push_back(token(word));
        if (part.tokens.back().kind != StoryToken::Kind::kRole) continue;
        const Role role = part.tokens.back().role;
        (role == Role::kX || role == Role::kY ? part.has_actor : part.has_thing) |= role >= Role::kX;
      }
      const std::string event(text.event);
      if (!contains(events, event)) events.push_back(event);
      part.event = index_in(events, event);
      // An event is as likely as another, in however many ways it can be told.
      part.weight = 1 / static_cast<double>(std::ranges::count(texts, text.event, &Text::event));
      parts.push_back(part);
    }
    return parts;
  }

  [[nodiscard]] std::int32_t id(const std::string& word) const {
    return static_cast<std::int32_t>(index_in(grammar_.vocabulary, word));
  }

 private:
  [[nodiscard]] StoryToken token(const std::string& word) const {
    using Kind = StoryToken::Kind;
    if (is_literal(word)) return {.kind = Kind::kWord, .word = id(word)};
    if (word[0] == '$') return {.kind = Kind::kDraw, .list = index_in(lists_, word.substr(1))};
    const Words drawn = split(word, '=');
    if (drawn.size() == 2)
      return {.kind = Kind::kDrawRole,
              .list = index_in(lists_, drawn[1]),
              .role = static_cast<Role>(index_in(kRoles, drawn[0]))};
    const Words spoken = split(word, '.');
    return {.kind = Kind::kRole,
            .role = static_cast<Role>(index_in(kRoles, spoken[0])),
            .form = static_cast<Form>(index_in(kForms, spoken.size() == 2 ? spoken[1] : ""))};
  }

  StoryGrammar& grammar_;
  Words lists_;
  std::vector<Words> words_;  // [list]
};

StoryGrammar parse() {
  StoryGrammar grammar;
  Parser parser(grammar);
  parser.read_words();
  grammar.openings = parser.parts(kOpenings);
  grammar.meetings = parser.parts(kMeetings);
  grammar.events = parser.parts(kEvents);
  grammar.arrivals = parser.parts(kArrivals);
  for (StoryPart& part : grammar.arrivals) part.weight = kWeightOfArrival;
  grammar.endings = parser.parts(kEndings);
  for (StoryPart& part : grammar.endings) part.tokens.push_back({.word = parser.id(kStoryEnd)});
  return grammar;
}

}  // namespace

std::int32_t StoryGrammar::form_of(std::int32_t word, Form form) const {
  if (form == Form::kWord) return word;
  const std::vector<char>& second = form == Form::kIt || form == Form::kWas ? plural : male;
  return forms[static_cast<std::size_t>(form)][static_cast<std::size_t>(second[static_cast<std::size_t>(word)])];
}

const StoryGrammar& story_grammar() {
  static const StoryGrammar grammar = parse();
  return grammar;
}

}  // namespace heed
