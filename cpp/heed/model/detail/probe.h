#pragma once

#include "heed/model/architecture/architecture_config.h"
#include "heed/model/forward_request.h"
#include "heed/model/stack.h"

namespace heed {

/// How much there is of what a request can name.
struct ProbeLengths {
  Index queries = 0;
  Index past = 0;  ///< position of query 0 among the keys
  Index keys = 0;
  Index memory = 0;  ///< keys of cross-attention
};

/// Throws std::invalid_argument where a request names a kind of attention, a layer or a head that the model does not have.
void check_request(const ForwardRequest& request, const ArchitectureConfig& architecture);

/// What a request asks of one stack, whose self-attention is of kind `self`; `main` is the kind meant by interventions that name
/// none. The request is checked. Throws std::invalid_argument where it names a query, key or position that is not there.
[[nodiscard]] StackProbe make_probe(const ForwardRequest& request, const StackConfig& stack, AttentionKind self,
                                    AttentionKind main, const ProbeLengths& lengths);

}  // namespace heed
