package io.kubejar.apiserver.zpages;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.endpoints.Answers;
import io.kubejar.apiserver.health.Version;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// `/statusz` and `/flagz` of a program: a text for people, or an object for those who ask for one
/// by `Accept: application/json;v=v1beta1;g=config.k8s.io;as=Statusz`. Formats are upstream's.
///
/// @param component such as `apiserver`
/// @param flags by their names, without dashes
public record ZPages(String component, Map<String, String> flags, InstantSource clock) {
  private static final String GROUP = "config.k8s.io";
  private static final Set<String> VERSIONS = Set.of("v1beta1", "v1alpha1");
  private static final String DEPRECATED = "v1alpha1";
  private static final String JSON = "application/json";
  private static final String YAML = "application/yaml";
  private static final String TEXT = "text/plain";

  /// Paths that are no pages for people.
  private static final Set<String> OTHERS =
      Set.of("/apis", "/api", "/openid", "/openapi", "/.well-known");

  private static final String WARNING =
      "\n"
          + "Warning: This endpoint is not meant to be machine parseable, has no formatting"
          + " compatibility guarantees and is for debugging purposes only.\n";
  private static final DateTimeFormatter UNIX_DATE =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' uuuu", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  public ZPages {
    flags = Map.copyOf(flags);
  }

  /// The page at the request's path, if it is one of these.
  ///
  /// @param paths everything that is served
  public Optional<Response> at(Request request, List<String> paths) {
    return switch (request.path()) {
      case "/statusz" -> Optional.of(answer(request, "Statusz", status(paths), statusText(paths)));
      case "/flagz" -> Optional.of(answer(request, "Flagz", flagsTree(), flagsText()));
      default -> Optional.empty();
    };
  }

  private Response answer(Request request, String kind, JsonObject fields, String text) {
    var accepted = String.join(",", request.headers().all("Accept"));
    if (accepted.isBlank()) {
      return text(text);
    }
    for (var clause : accepted.split(",", -1)) {
      var type = clause.split(";", 2)[0].strip();
      var version = version(clause, kind);
      if (Set.of(JSON, YAML, "application/*").contains(type) && !version.isEmpty()) {
        return object(type.equals(YAML) ? YAML : JSON, version, kind, fields);
      }
      if (Set.of(TEXT, "text/*", "*/*").contains(type) && !clause.contains("as=")) {
        return text(text);
      }
    }
    throw ApiException.notAcceptable(
        "only the following media types are accepted: " + String.join(", ", JSON, YAML, TEXT));
  }

  /// Which version of the object a clause asks for; empty if it asks for none of ours.
  private static String version(String clause, String kind) {
    var wanted = new TreeMap<String, String>();
    for (var parameter : clause.split(";", -1)) {
      var parts = parameter.split("=", 2);
      if (parts.length == 2) {
        wanted.put(parts[0].strip(), parts[1].strip());
      }
    }
    var version = wanted.getOrDefault("v", "");
    boolean ours = GROUP.equals(wanted.get("g")) && kind.equals(wanted.get("as"));
    return ours && VERSIONS.contains(version) ? version : "";
  }

  private static Response text(String text) {
    return Response.text(200, text);
  }

  private Response object(String type, String version, String kind, JsonObject fields) {
    var tree = new LinkedHashMap<String, JsonValue>();
    tree.put("kind", new JsonString(kind));
    tree.put("apiVersion", new JsonString(GROUP + "/" + version));
    tree.put("metadata", JsonObject.of("name", new JsonString(component)));
    tree.putAll(fields.fields());
    var object = new JsonObject(tree);
    var response = Answers.document(type.equals(YAML), object);
    return version.equals(DEPRECATED)
        ? response.with(
            "Warning",
            "299 - \"This version of the "
                + kind.toLowerCase(Locale.ROOT)
                + " endpoint is deprecated. Please use a newer version.\"")
        : response;
  }

  private JsonObject status(List<String> paths) {
    return JsonObject.of(
            "startTime", new JsonString(started().truncatedTo(ChronoUnit.SECONDS).toString()))
        .with("uptimeSeconds", JsonNumber.of(up().toSeconds()))
        .with("goVersion", new JsonString(Version.document().text("goVersion")))
        .with("binaryVersion", new JsonString(binary()))
        .with("emulationVersion", new JsonString(emulation()))
        .with(
            "paths",
            new JsonArray(folders(paths).stream().<JsonValue>map(JsonString::new).toList()));
  }

  private String statusText(List<String> paths) {
    var up = up();
    return "\n"
        + component
        + " statusz"
        + WARNING
        + "\nStarted: "
        + UNIX_DATE.format(started())
        + "\nUp: "
        + "%d hr %02d min %02d sec".formatted(up.toHours(), up.toMinutesPart(), up.toSecondsPart())
        + "\nGo version: "
        + Version.document().text("goVersion")
        + "\nBinary version: "
        + binary()
        + "\nEmulation version: "
        + emulation()
        + "\nPaths: "
        + String.join(" ", folders(paths))
        + "\n";
  }

  private JsonObject flagsTree() {
    var all = new LinkedHashMap<String, JsonValue>();
    new TreeMap<>(flags).forEach((name, value) -> all.put(name, new JsonString(value)));
    return JsonObject.of("flags", new JsonObject(all));
  }

  private String flagsText() {
    var text = new StringBuilder("\n").append(component).append(" flagz").append(WARNING);
    new TreeMap<>(flags)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  /// The first parts of paths.
  private static Set<String> folders(List<String> paths) {
    var folders = new TreeSet<String>();
    for (var path : paths) {
      var parts = path.split("/", -1);
      if (parts.length > 1 && !parts[1].isEmpty() && !OTHERS.contains("/" + parts[1])) {
        folders.add("/" + parts[1]);
      }
    }
    return folders;
  }

  private static Instant started() {
    return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /// A clock that is not the machine's may be behind the start.
  private Duration up() {
    var up = Duration.between(started(), clock.instant());
    return up.isNegative() ? Duration.ZERO : up;
  }

  private static String emulation() {
    return Version.MAJOR + "." + Version.MINOR;
  }

  private static String binary() {
    return emulation() + ".0";
  }
}
