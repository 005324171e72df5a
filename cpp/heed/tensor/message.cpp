#include "heed/tensor/message.h"

#include <stdexcept>

#include "heed/tensor/detail/decimal.h"
#include "heed/tensor/tensor.h"

namespace heed {

std::string MessagePart::text() const {
  switch (kind_) {
    case Kind::kWords:
      return words_;
    case Kind::kShape:
      return message({"(", shape_->batch, ", ", shape_->heads, ", ", shape_->length, ", ", shape_->dim, ")"});
    case Kind::kWhole:
      return std::to_string(whole_);
    case Kind::kReal:
      break;
  }
  return decimal_text(real_, 6);
}

std::string message(std::initializer_list<MessagePart> parts) {
  std::string joined;
  for (const MessagePart& part : parts) joined += part.text();
  return joined;
}

void require(bool holds, std::initializer_list<MessagePart> otherwise) {
  if (!holds) throw std::invalid_argument(message(otherwise));
}

}  // namespace heed
