package io.kubejar.apimachinery.cel.plan;

/// A variable, or something reached from one (or from any value) by names and places. The way costs
/// one unit per step and one for its beginning; a branch of `?:` gets its beginning for nothing.
sealed interface Path extends Node permits Paths.Variable, Paths.Slot, Paths.Step, Choice {

  /// The same path with nothing charged for its beginning.
  Path withFreeBeginning();
}
