// Runs the kernels on the host: every thread of a block is a thread of the system, and meets the others at a barrier.
#include "shim.h"

#include <barrier>
#include <cstdlib>
#include <thread>
#include <vector>

#include "kernels.cu"

thread_local Place threadIdx, blockIdx;

namespace {
thread_local std::barrier<>* meeting = nullptr;  // none for a thread that is alone
thread_local void* common = nullptr;

void work_as(unsigned place, unsigned block, std::barrier<>* at, void* shared, hanami::Net* const* nets,
             hanami::Work* const* works, const hanami::Rows* rows) {
  threadIdx.x = place, blockIdx.x = block;
  meeting = at, common = shared;
  hanami_rows(nets, works, rows);
}
}  // namespace

void __syncthreads() {
  if (meeting) meeting->arrive_and_wait();
}

void* shim_shared(std::size_t) { return common; }

extern "C" void hanami_run(hanami::Net* const* nets, hanami::Work* const* works, const hanami::Rows* rows, int networks) {
  for (unsigned block = 0; block < unsigned(networks); ++block) {
    hanami::Shared shared{};
    if (THREADS == 1) {
      work_as(0, block, nullptr, &shared, nets, works, rows);
      continue;
    }
    std::barrier<> at(THREADS);
    std::vector<std::thread> team;
    for (unsigned place = 0; place < THREADS; ++place)
      team.emplace_back(work_as, place, block, &at, &shared, nets, works, rows);
    for (std::thread& one : team) one.join();
  }
}
