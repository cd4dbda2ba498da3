package io.kubejar.apiserver.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters after the question mark.
public record Query(Map<String, List<String>> values) {
  public static final Query EMPTY = new Query(Map.of());

  /// Parses `a=1&b=2`. A broken percent escape or a semicolon drops its parameter, as Go's
  /// `url.Query` does.
  public static Query parse(String raw) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    var values = new LinkedHashMap<String, List<String>>();
    for (var part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      var name = decode(equals < 0 ? part : part.substring(0, equals));
      var value = decode(equals < 0 ? "" : part.substring(equals + 1));
      boolean sound = !part.isEmpty() && part.indexOf(';') < 0;
      if (sound && name.isPresent() && value.isPresent()) {
        values.computeIfAbsent(name.get(), _ -> new ArrayList<>()).add(value.get());
      }
    }
    return new Query(values);
  }

  public Optional<String> first(String name) {
    var all = values.get(name);
    return all == null ? Optional.empty() : Optional.of(all.getFirst());
  }

  public String firstOr(String name, String otherwise) {
    return first(name).orElse(otherwise);
  }

  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  public boolean contains(String name) {
    return values.containsKey(name);
  }

  /// A flag as upstream converts it: present and neither `false` nor `0`.
  public boolean flag(String name) {
    return first(name)
        .map(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
        .orElse(false);
  }

  private static Optional<String> decode(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
