// Runs the kernels on the host: every thread of a block is a fiber, and meets the others at a barrier.
#include "shim.h"

#include <vector>

#include "fibers.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernels.cu"

thread_local Place threadIdx, blockIdx;

namespace {

// Where some threads meet: fibers take turns, so plain numbers do. Who only meets is not ordered by it, as far as the
// sanitizer knows.
class Meeting {
 public:
  explicit Meeting(unsigned all) : all_(all) {}

  UNWATCHED void meet() {
    const unsigned turn = turn_;
    if (++arrived_ == all_) {
      arrived_ = 0, ++turn_;
    } else {
      while (turn_ == turn) Fibers::here().pass();
    }
  }

  // What anybody did before comes before what anybody does after it. Turns have places of their own: who is late must not
  // learn of what others did since.
  UNWATCHED void barrier() {
    char* place = places_ + turn_ % 2;
    tell_before(place);
    meet();
    tell_after(place);
  }

 private:
  const unsigned all_;
  unsigned arrived_ = 0, turn_ = 0;
  char places_[2] = {};
};

struct Warp {
  Meeting at{WARP};
  u64 slots[WARP] = {};
};

struct Block {
  hanami::Shared shared{};
  Meeting at{THREADS};
  Warp warps[THREADS / WARP];
};

thread_local Block* mine = nullptr;

UNWATCHED Warp& warp() { return mine->warps[threadIdx.x / WARP]; }

using Kernel = void(const hanami::Order*, i64);

thread_local Block* team = nullptr;
thread_local std::size_t first = 0;  // the number of its first block

UNWATCHED void become(std::size_t who) {
  mine = team + who / THREADS;
  threadIdx.x = unsigned(who % THREADS), blockIdx.x = unsigned(first + who / THREADS);
}

}  // namespace

void __syncthreads() {
  if (THREADS > 1) mine->at.barrier();
}

void* shim_shared() { return &mine->shared; }

void shim_warp_barrier() { warp().at.barrier(); }

// Threads that exchange values wait for each other, but it orders nothing else.
UNWATCHED u64 shim_exchange(u64 value, int other) {
  Warp& all = warp();
  all.slots[threadIdx.x % WARP] = value;
  all.at.meet();
  const u64 theirs = all.slots[other];
  all.at.meet();
  return theirs;
}

void shim_rest() { Fibers::here().pass(); }

extern "C" {

// One team after the other; the blocks of a team side by side, for they wait for each other.
void shim_launch(Kernel* kernel, const hanami::Order* orders, i64 blocks, i64 groups) {
  for (first = 0; first < std::size_t(blocks); first += std::size_t(groups)) {
    std::vector<Block> all(static_cast<std::size_t>(groups));
    team = all.data();
    const auto task = [=] { kernel(orders, groups); };
    if (THREADS == 1 && groups == 1) {
      become(0), task();
    } else {
      Fibers::here().run(THREADS * all.size(), task, become);
    }
  }
}

// Memory that a program must not touch, where somebody watches.
void shim_fence([[maybe_unused]] void* at, [[maybe_unused]] std::size_t size, [[maybe_unused]] int closed) {
#if defined(__SANITIZE_ADDRESS__)
  closed ? __asan_poison_memory_region(at, size) : __asan_unpoison_memory_region(at, size);
#endif
}

}  // extern "C"
