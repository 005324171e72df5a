#include "train_report.h"

#include <charconv>
#include <sstream>

namespace heed {
namespace {

constexpr const char* kCurve = "curve";
constexpr const char* kSeconds = "seconds";

/// With as many digits as a reader has use for.
std::string text_of(double number) {
  std::ostringstream text;
  text.precision(6);
  text << number;
  return text.str();
}

/// Words have no control characters.
std::string json_words(const std::vector<std::string>& words) {
  std::string json = "[";
  for (const std::string& word : words) {
    json += json.size() == 1 ? "\"" : ",\"";
    for (const char c : word) {
      if (c == '"' || c == '\\') json += '\\';
      json += c;
    }
    json += '"';
  }
  return json + ']';
}

std::string json_heads(const Evaluation& evaluation, const char* before_each) {
  std::ostringstream json;
  json.precision(9);
  json << '[';
  const char* separator = "";
  for (std::size_t layer = 0; layer < evaluation.heads.size(); ++layer)
    for (std::size_t head = 0; head < evaluation.heads[layer].size(); ++head) {
      const HeadScores& s = evaluation.heads[layer][head];
      json << separator << before_each << "{ \"layer\": " << layer << ", \"head\": " << head
           << ", \"previousToken\": " << s.previous_token << ", \"induction\": " << s.induction
           << ", \"firstToken\": " << s.first_token << ", \"self\": " << s.self
           << ", \"meanDistance\": " << s.mean_distance << ", \"local\": " << s.local << ", \"entropy\": " << s.entropy
           << " }";
      separator = ",";
    }
  return json.str();
}

}  // namespace

void add_curve_point(TrainReport& report, Index step, const Loss& loss) {
  if (!report.curve.empty()) report.curve += ',';
  report.curve += '[' + std::to_string(step) + ',' + text_of(loss.mean()) + ',' + text_of(loss.accuracy()) + ']';
}

std::string report_json(const Trainer& trainer, const TrainReport& report) {
  const TaskInfo& task = trainer.task().info();
  std::ostringstream json;
  json.precision(9);
  json << "{\n  \"task\": \"" << task.name << "\",\n  \"seed\": " << trainer.options().seed
       << ",\n  \"steps\": " << trainer.steps_taken() << ",\n  \"seconds\": " << report.seconds
       << ",\n  \"loss\": " << report.last.loss.mean() << ",\n  \"floor\": " << task.floor
       << ",\n  \"accuracy\": " << report.last.loss.accuracy() << ",\n  \"ceiling\": " << task.ceiling
       << ",\n  \"heads\": " << json_heads(report.last, "\n    ") << "\n  ]\n}\n";
  return json.str();
}

void add_report(Metadata& metadata, const Trainer& trainer, const TrainReport& report) {
  const TaskInfo& task = trainer.task().info();
  add_progress(metadata, report);
  metadata["loss"] = text_of(report.last.loss.mean());
  metadata["accuracy"] = text_of(report.last.loss.accuracy());
  metadata["held_out"] = std::to_string(report.held_out);
  metadata["floor"] = text_of(task.floor);
  metadata["ceiling"] = text_of(task.ceiling);
  metadata["head_scores"] = json_heads(report.last, "") + ']';
  metadata["words"] = json_words(task.vocabulary);
  metadata["command"] = report.command;
  metadata["version"] = HEED_PROJECT_VERSION;
}

void add_progress(Metadata& metadata, const TrainReport& report) {
  metadata[kCurve] = '[' + report.curve + ']';
  metadata[kSeconds] = text_of(report.seconds);
}

void read_progress(const Metadata& metadata, TrainReport& report) {
  const auto curve = metadata.find(kCurve);
  if (curve != metadata.end() && curve->second.size() > 2)
    report.curve = curve->second.substr(1, curve->second.size() - 2);
  const auto seconds = metadata.find(kSeconds);
  if (seconds != metadata.end())
    (void)std::from_chars(seconds->second.data(), seconds->second.data() + seconds->second.size(), report.seconds);
}

}  // namespace heed
