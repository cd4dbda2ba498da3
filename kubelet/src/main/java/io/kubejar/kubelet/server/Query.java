package io.kubejar.kubelet.server;

import io.kubejar.kubelet.log.LogOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The parameters of a request, in their order.
public record Query(List<Parameter> parameters) {
  /// One parameter.
  public record Parameter(String name, String value) {}

  static Query of(String raw) {
    var parameters = new ArrayList<Parameter>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        parameters.add(
            new Parameter(
                URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
      }
    }
    return new Query(List.copyOf(parameters));
  }

  /// Empty if there is none.
  public String first(String name) {
    return parameters.stream()
        .filter(one -> one.name().equals(name))
        .map(Parameter::value)
        .findFirst()
        .orElse("");
  }

  public List<String> all(String name) {
    return parameters.stream()
        .filter(one -> one.name().equals(name))
        .map(Parameter::value)
        .toList();
  }

  /// Whether one of these is switched on.
  public boolean is(String... names) {
    return Stream.of(names).anyMatch(name -> first(name).equals("true") || first(name).equals("1"));
  }

  /// The ports of a port-forward, which may come one by one or joined by commas.
  public List<Integer> ports() throws NotServed {
    var ports = new ArrayList<Integer>();
    for (String text : all("port")) {
      for (String one : text.split(",", -1)) {
        try {
          ports.add(Integer.valueOf(one));
        } catch (NumberFormatException e) {
          throw new NotServed(400, "invalid port: " + one);
        }
      }
    }
    return List.copyOf(ports);
  }

  /// Which part of a log is wanted.
  public LogOptions log(Instant now) throws NotServed {
    try {
      var since = Instant.MIN;
      if (!first("sinceSeconds").isEmpty()) {
        since = now.minusSeconds(Long.parseLong(first("sinceSeconds")));
      } else if (!first("sinceTime").isEmpty()) {
        since = Instant.parse(first("sinceTime"));
      }
      String stream = first("stream");
      return new LogOptions(
          is("follow"),
          is("timestamps"),
          number(first("tailLines")),
          number(first("limitBytes")),
          since,
          stream.isEmpty() ? "All" : stream);
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new NotServed(400, "invalid log options: " + e.getMessage());
    }
  }

  private static long number(String text) {
    return text.isEmpty() ? -1 : Long.parseLong(text);
  }
}
