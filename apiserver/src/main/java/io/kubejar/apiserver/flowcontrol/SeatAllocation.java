package io.kubejar.apiserver.flowcontrol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Divides the server's seats among the priority levels. Pure.
final class SeatAllocation {
  private static final int BISECTIONS = 60;

  private SeatAllocation() {}

  /// What a level may have.
  ///
  /// @param nominal its share if nobody lends or borrows
  /// @param min what is left when it lends all it may
  /// @param max what it has when it borrows all it may
  record Bounds(int nominal, int min, int max) {
    /// @param total all seats of the server
    /// @param shares this level's part of `sum`
    /// @param borrowingPercent negative for no limit
    static Bounds of(int total, int shares, int sum, int lendablePercent, int borrowingPercent) {
      int nominal = (int) Math.ceil((double) total * shares / Math.max(1, sum));
      int lendable = (int) Math.round(nominal * lendablePercent / 100.0);
      int borrowing =
          borrowingPercent < 0 ? total : (int) Math.round(nominal * borrowingPercent / 100.0);
      return new Bounds(nominal, nominal - lendable, nominal + borrowing);
    }
  }

  /// A level that wants seats.
  record Wish(String level, Bounds bounds, Demand.Outcome demand) {
    /// It keeps what it uses of its own, and never less than it may lend.
    double lower() {
      return Math.max(bounds.min, Math.min(bounds.nominal, demand.peak()));
    }

    double target() {
      return Math.max(lower(), demand.smooth());
    }

    double at(double fraction) {
      return Math.min(bounds.max, Math.max(lower(), fraction * target()));
    }
  }

  /// What everybody gets.
  ///
  /// @param fraction of what each one wants
  record Shares(Map<String, Integer> seats, double fraction) {}

  /// Seats by level. All get the same fraction of what they want, within their bounds.
  static Shares of(List<Wish> wishes, int total) {
    double low = 0;
    double high = 1;
    while (sum(wishes, high) < total && high < total) {
      high *= 2;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (sum(wishes, middle) < total) {
        low = middle;
      } else {
        high = middle;
      }
    }
    var seats = new LinkedHashMap<String, Integer>();
    for (var wish : wishes) {
      seats.put(wish.level, (int) Math.max(1, Math.round(wish.at(high))));
    }
    return new Shares(seats, high);
  }

  private static double sum(List<Wish> wishes, double fraction) {
    return wishes.stream().mapToDouble(wish -> wish.at(fraction)).sum();
  }
}
