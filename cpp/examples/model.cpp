// Opens a folder as the Hugging Face hub stores models, and prints which tokens a decoder expects after the given ones:
// model FOLDER ID [ID ...]
#include <heed/model.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

int main(int count, char** words) {
  if (count < 3) {
    std::fprintf(stderr, "model FOLDER ID [ID ...]\n");
    return 1;
  }
  try {
    const heed::LoadedModel loaded = heed::load_model(heed::open_model_folder(words[1]));
    std::vector<std::int32_t> ids;
    for (int i = 2; i < count; ++i) ids.push_back(std::atoi(words[i]));
    heed::ForwardInput input;
    input.ids = ids;

    heed::ThreadPool pool;  // one thread for each processor
    heed::ForwardRequest request;
    request.logits = heed::ForwardRequest::Logits::kLast;
    request.pool = &pool;
    const heed::ForwardResult result = loaded.model.forward(input, request);
    for (const heed::TokenPrediction& next : heed::most_likely_tokens(result.logits.data, 5))
      std::printf("token %td: logit %.4f, probability %.4f\n", next.id, next.logit, next.probability);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
