package io.kubejar.apimachinery.time;

/// A state machine that is stepped from outside: by a [StepLoop] on its own thread, or by a
/// simulation that decides whose turn it is.
///
/// [#step] is never called by two threads at once. [#onWork] is called once, before the first step.
public interface Steppable {

  /// Does one small piece of work. False means that there was nothing to do.
  ///
  /// Work that appears after a step has returned false, or while it is running, must be announced
  /// to the listener given to [#onWork].
  boolean step() throws InterruptedException;

  /// Remembers whom to wake whenever work may have appeared. The listener is quick, may be called
  /// from any thread, and may be called without need.
  void onWork(Runnable wakeUp);
}
