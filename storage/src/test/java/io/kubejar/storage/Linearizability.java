package io.kubejar.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides whether what concurrent clients saw can be explained by one order of their operations,
/// in which each took effect between its call and its return.
///
/// The search of Wing and Gong, with the memory of Lowe ("Testing for linearizability", 2017): a
/// configuration, which is the set of operations done and the state they led to, is tried once. An
/// operation that never returned may take effect at any time after its call, or never.
final class Linearizability {
  private Linearizability() {}

  /// What one thing does by itself.
  interface Model<S, O> {
    S initial();

    /// The state after an operation with the outcome that was seen; empty if it could not have had
    /// that outcome in this state.
    Optional<S> step(S state, O operation);
  }

  /// An operation of a client, between two moments.
  record Call<O>(O operation, long called, long returned) {
    static final long NEVER = Long.MAX_VALUE;
  }

  private record Configuration<S>(BitSet done, S state) {}

  private record Choice<S>(Configuration<S> configuration, List<Integer> candidates) {}

  static <S, O> boolean holds(Model<S, O> model, List<Call<O>> history) {
    var calls = new ArrayList<>(history);
    calls.sort(Comparator.comparingLong(Call::called));
    var tried = new HashSet<Configuration<S>>();
    var path = new ArrayDeque<Choice<S>>();
    push(path, calls, new Configuration<>(new BitSet(), model.initial()));
    while (!path.isEmpty()) {
      var choice = path.peek();
      if (isComplete(choice.configuration().done(), calls)) {
        return true;
      }
      if (choice.candidates().isEmpty()) {
        path.pop();
        continue;
      }
      int candidate = choice.candidates().removeLast();
      var next = next(model, choice.configuration(), calls.get(candidate), candidate);
      if (next != null && tried.add(next)) {
        push(path, calls, next);
      }
    }
    return false;
  }

  private static <S, O> @Nullable Configuration<S> next(
      Model<S, O> model, Configuration<S> before, Call<O> call, int index) {
    var state = model.step(before.state(), call.operation());
    if (state.isEmpty()) {
      return null;
    }
    var done = (BitSet) before.done().clone();
    done.set(index);
    return new Configuration<>(done, state.get());
  }

  private static <S, O> void push(
      ArrayDeque<Choice<S>> path, List<Call<O>> calls, Configuration<S> configuration) {
    path.push(new Choice<>(configuration, candidates(configuration.done(), calls)));
  }

  /// The operations that may come next: those called before any other one had to be over.
  private static <O> List<Integer> candidates(BitSet done, List<Call<O>> calls) {
    var candidates = new ArrayList<Integer>();
    long earliestReturn = Call.NEVER;
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      var call = calls.get(i);
      if (call.called() > earliestReturn) {
        break;
      }
      earliestReturn = Math.min(earliestReturn, call.returned());
      candidates.add(i);
    }
    // Tried from the end: those that had to return first are the likeliest to come first.
    candidates.sort(Comparator.comparingLong((Integer i) -> calls.get(i).returned()).reversed());
    return candidates;
  }

  private static <O> boolean isComplete(BitSet done, List<Call<O>> calls) {
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      if (calls.get(i).returned() != Call.NEVER) {
        return false;
      }
    }
    return true;
  }
}
