// Runs the kernels on the host: every thread of a block is a fiber, and meets the others at a barrier.
#include "shim.h"

#include <atomic>
#include <vector>

#include "fibers.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernels.cu"

thread_local Place threadIdx, blockIdx;

namespace {

// Where some threads meet.
class Meeting {
 public:
  explicit Meeting(unsigned all) : all_(all) {}

  void arrive_and_wait() {
    const unsigned turn = turn_.load();
    if (arrived_.fetch_add(1) + 1 == all_) {
      arrived_.store(0);
      turn_.fetch_add(1);
    } else {
      while (turn_.load() == turn) Fibers::here().pass();
    }
  }

 private:
  const unsigned all_;
  std::atomic<unsigned> arrived_{0}, turn_{0};
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

Warp& warp() { return mine->warps[threadIdx.x / WARP]; }

using Kernel = void(const hanami::Order*, i64);

thread_local Block* team = nullptr;
thread_local std::size_t first = 0;  // the number of its first block

UNWATCHED void become(std::size_t who) {
  mine = team + who / THREADS;
  threadIdx.x = unsigned(who % THREADS), blockIdx.x = unsigned(first + who / THREADS);
}

}  // namespace

void __syncthreads() {
  if (THREADS > 1) mine->at.arrive_and_wait();
}

void* shim_shared() { return &mine->shared; }

void shim_warp_barrier() { warp().at.arrive_and_wait(); }

u64 shim_exchange(u64 value, int other) {
  Warp& all = warp();
  all.slots[shim_lane()] = value;
  all.at.arrive_and_wait();
  const u64 theirs = all.slots[other];
  all.at.arrive_and_wait();
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
