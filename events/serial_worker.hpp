#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace hansom {

/// Does one thing after the other on a thread of its own, which is started for the first. Its owner
/// hands over and waits from one thread.
class SerialWorker {
 public:
  using Task = std::function<void()>;

  /// Does what is left first.
  ~SerialWorker() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  }

  void post(Task task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    if (thread_.joinable()) {
      changed_.notify_all();
    } else {
      thread_ = std::jthread([this] { work(); });
    }
  }

  /// Returns once all is done.
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return tasks_.empty(); });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const auto& task = tasks_.front();  // others only add behind it
      lock.unlock();
      task();
      lock.lock();
      tasks_.pop_front();
      if (tasks_.empty()) changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;  // the first one is being done
  bool ended_ = false;
  std::jthread thread_;
};

}  // namespace hansom
