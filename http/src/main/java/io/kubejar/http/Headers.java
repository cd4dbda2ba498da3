package io.kubejar.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// HTTP header fields in their order. Names compare without case, and keep the case they came with.
public record Headers(List<Header> fields) {
  public static final Headers EMPTY = new Headers(List.of());

  /// One field.
  public record Header(String name, String value) {
    public Header {
      if (name.isEmpty() || breaksHead(name) || breaksHead(value)) {
        throw new IllegalArgumentException("not a header field: " + name);
      }
    }

    /// A line break in a field would let its author write further fields.
    private static boolean breaksHead(String text) {
      return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0;
    }
  }

  public Headers {
    fields = List.copyOf(fields);
  }

  /// Headers from names and values in turn.
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a header name without a value");
    }
    var fields = new ArrayList<Header>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Headers(fields);
  }

  public Optional<String> first(String name) {
    for (var field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  public String firstOr(String name, String otherwise) {
    return first(name).orElse(otherwise);
  }

  public List<String> all(String name) {
    var values = new ArrayList<String>();
    for (var field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return List.copyOf(values);
  }

  public boolean contains(String name) {
    return first(name).isPresent();
  }

  /// Whether a comma-separated list field such as `Connection` has this element, without case.
  public boolean lists(String name, String element) {
    // Every request is asked several times, and most have no such field.
    return contains(name) && elements(name).anyMatch(found -> found.equalsIgnoreCase(element));
  }

  /// The elements of a comma-separated list field, over all its occurrences.
  public Stream<String> elements(String name) {
    return all(name).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .filter(element -> !element.isEmpty());
  }

  /// These headers with a further field at the end.
  public Headers with(String name, String value) {
    var more = new ArrayList<>(fields);
    more.add(new Header(name, value));
    return new Headers(more);
  }

  /// These headers with all fields of that name replaced by one.
  public Headers replacing(String name, String value) {
    return (contains(name) ? without(name) : this).with(name, value);
  }

  public Headers without(String... names) {
    var kept = new ArrayList<>(fields);
    for (var name : names) {
      kept.removeIf(field -> field.name().equalsIgnoreCase(name));
    }
    return new Headers(kept);
  }
}
