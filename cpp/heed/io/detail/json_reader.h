#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heed {

/// Reads a JSON document in its order without keeping it. What derives from it throws std::invalid_argument for what does not
/// belong there. Numbers other than whole ones from 0 are `other`, as are true, false and null.
class JsonReader {
 public:
  virtual ~JsonReader() = default;

  /// Throws std::invalid_argument with `name`, and the place where it is known, where `text` is no JSON.
  void read(std::string_view text, const std::string& name);

 protected:
  virtual void on_start_object() = 0;
  virtual void on_key(std::string&& key) = 0;
  virtual void on_end_object() = 0;
  virtual void on_start_array() = 0;
  virtual void on_end_array() = 0;
  virtual void on_text(std::string&& text) = 0;
  virtual void on_whole_number(std::uint64_t number) = 0;
  virtual void on_other() = 0;

 private:
  class Events;
};

}  // namespace heed
