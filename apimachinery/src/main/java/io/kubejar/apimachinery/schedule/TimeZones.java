package io.kubejar.apimachinery.schedule;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/// Time zones by the names of the IANA's database, such as `Europe/Berlin`.
public final class TimeZones {
  private TimeZones() {}

  /// The zone of exactly this name; empty if there is none. No name at all means UTC.
  public static Optional<ZoneId> find(String name) {
    if (name.isEmpty()) {
      return Optional.of(ZoneOffset.UTC);
    }
    try {
      // Without aliases, and without offsets such as `+02:00`, which the database does not know.
      var zone = ZoneId.of(name, Map.of());
      boolean named = !(zone instanceof ZoneOffset) && zone.getId().equals(name);
      return named ? Optional.of(zone) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
