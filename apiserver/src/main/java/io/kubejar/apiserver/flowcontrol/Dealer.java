package io.kubejar.apiserver.flowcontrol;

import java.util.Arrays;

/// Deals a hand of queues to a flow, the same hand each time. Two flows seldom share all of theirs,
/// so one heavy flow cannot fill every queue of another: shuffle sharding.
///
/// @param deck how many queues there are
/// @param hand how many of them a flow may use
record Dealer(int deck, int hand) {
  Dealer {
    if (hand < 1 || deck < hand) {
      throw new IllegalArgumentException("a hand must be a part of the deck");
    }
  }

  int[] hand(long hash) {
    var cards = new int[hand];
    long rest = hash;
    for (int i = 0; i < hand; i++) {
      int choices = deck - i;
      int card = (int) Long.remainderUnsigned(rest, choices);
      rest = Long.divideUnsigned(rest, choices);
      cards[i] = unused(cards, i, card);
    }
    return cards;
  }

  /// The card at this place among those that have not been dealt yet.
  private static int unused(int[] cards, int dealt, int place) {
    var sorted = Arrays.copyOf(cards, dealt);
    Arrays.sort(sorted);
    int card = place;
    for (int taken : sorted) {
      if (card >= taken) {
        card++;
      }
    }
    return card;
  }
}
