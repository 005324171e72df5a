#include "heed/model/residual_terms.h"

namespace heed {

ResidualTerms::ResidualTerms(std::vector<float> embedding) : whole_(std::move(embedding)) {
  terms_.push_back({.values = std::vector<double>(whole_.size())});
  terms_.push_back(
      {.part = ResidualTerm::Part::kEmbedding, .values = std::vector<double>(whole_.begin(), whole_.end())});
}

void ResidualTerms::join(std::vector<ResidualTerm> terms) {
  for (ResidualTerm& term : terms) {
    for (std::size_t c = 0; c < whole_.size(); ++c) whole_[c] += static_cast<float>(term.values[c]);
    if (term.part != ResidualTerm::Part::kConstant) {
      terms_.push_back(std::move(term));
      continue;
    }
    for (std::size_t c = 0; c < whole_.size(); ++c) terms_.front().values[c] += term.values[c];
  }
}

}  // namespace heed
