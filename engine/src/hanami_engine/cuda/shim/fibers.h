// Threads of a GPU on one thread of the system: fibers, which take turns where they wait.
//
// What happens is the same every time and no core is contended for, yet the thread sanitizer takes them for threads: it
// is told who runs, and not that they take turns, so that it knows no order but what barriers and atomics say.
#pragma once

#include <ucontext.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// Tells the sanitizer that what was done before the one comes before what is done after the other.
inline void tell_before([[maybe_unused]] void* place) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(place);
#endif
}

inline void tell_after([[maybe_unused]] void* place) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(place);
#endif
}

// Whoever takes turns touches what others touch, and calls nothing of the standard library, which would be watched.
#define UNWATCHED __attribute__((noinline, no_sanitize("thread")))

class Fibers {
 public:
  using Arrive = void(std::size_t);

  // The fibers of this thread of the system.
  static Fibers& here() {
    thread_local Fibers fibers;
    return fibers;
  }

  // Does a task in each of `count` fibers, and gives back when all are done; `arrive` is told who runs from now on.
  void run(std::size_t count, const std::function<void()>& task, Arrive* arrive) {
    task_ = &task, arrive_ = arrive;
    while (fibers_.size() < count) found();
    for (std::size_t each = 0; each < count; ++each) {
      fibers_[each].done = false;
      fibers_[each].next = &fibers_[each + 1 < count ? each + 1 : 0];
    }
    left_.store(count);
    running_ = &fibers_[0];
    go_from(main_);
    left_.load();  // what they did has happened before what comes
  }

  // Lets the others run before the one that calls goes on.
  UNWATCHED void pass() {
    Fiber& from = *running_;
    choose();
    if (running_ != &from) go_from(from);
  }

  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

 private:
  static constexpr std::size_t STACK = 256 << 10;

  struct Fiber {
    std::size_t number = 0;
    bool done = true;
    Fiber* next = nullptr;  // who runs after it
    void* watched = nullptr;  // what the sanitizer calls it
    ucontext_t context{};
    std::unique_ptr<char[]> stack;
  };

  Fibers() { main_.watched = current(); }

  ~Fibers() {
    for (Fiber& fiber : fibers_) destroy(fiber.watched);
  }

  void found() {
    Fiber& fresh = fibers_.emplace_back();
    fresh.number = fibers_.size() - 1;
    fresh.watched = create();
    fresh.stack = std::make_unique_for_overwrite<char[]>(STACK);
    getcontext(&fresh.context);
    fresh.context.uc_stack.ss_sp = fresh.stack.get();
    fresh.context.uc_stack.ss_size = STACK;
    makecontext(&fresh.context, serve, 0);
  }

  static void serve() {
    for (Fibers& all = here();;) {
      all.left_.load();  // what was prepared has happened before
      (*all.task_)();
      all.leave(all.left_.fetch_sub(1) == 1);
    }
  }

  UNWATCHED void leave(bool last) {
    Fiber& from = *running_;
    from.done = true;
    if (last) {
      running_ = &main_;
    } else {
      choose();
    }
    go_from(from);
  }

  UNWATCHED void choose() {
    do running_ = running_->next;
    while (running_->done);
  }

  UNWATCHED void go_from(Fiber& from) {
    if (running_ != &main_) arrive_(running_->number);
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(running_->watched, __tsan_switch_to_fiber_no_sync);
#endif
    swapcontext(&from.context, &running_->context);
  }

#if defined(__SANITIZE_THREAD__)
  static void* current() { return __tsan_get_current_fiber(); }
  static void* create() { return __tsan_create_fiber(0); }
  static void destroy(void* watched) { __tsan_destroy_fiber(watched); }
#else
  static void* current() { return nullptr; }
  static void* create() { return nullptr; }
  static void destroy(void*) {}
#endif

  std::deque<Fiber> fibers_;
  Fiber main_;
  Fiber* running_ = &main_;
  std::atomic<std::size_t> left_{0};
  const std::function<void()>* task_ = nullptr;
  Arrive* arrive_ = nullptr;
};
