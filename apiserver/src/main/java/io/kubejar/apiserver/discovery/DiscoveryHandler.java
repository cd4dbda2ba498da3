package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.endpoints.Answers;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.wire.MediaType;
import io.kubejar.http.Headers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Answers `/api` and `/apis` and what is below them, as far as it names no resource.
public final class DiscoveryHandler {
  private static final String AGGREGATED_GROUP = "apidiscovery.k8s.io";

  private final Supplier<ServedGroups> groups;

  /// @param groups what is served at the moment
  public DiscoveryHandler(Supplier<ServedGroups> groups) {
    this.groups = groups;
  }

  /// Empty if the path is none of discovery's.
  public Optional<Response> handle(Request request) {
    var segments = List.of(request.path().replaceAll("^/+|/+$", "").split("/", -1));
    boolean core = segments.getFirst().equals("api");
    boolean discovery = core || segments.getFirst().equals("apis");
    if (!discovery || !request.method().equals("GET")) {
      return Optional.empty();
    }
    var served = groups.get();
    if (segments.size() == 1) {
      return Optional.of(root(request, served, core));
    }
    if (core) {
      return segments.size() == 2
          ? served
              .find("")
              .flatMap(group -> group.version(segments.get(1)))
              .map(version -> json(request, ClassicDiscovery.resources(version)))
          : Optional.empty();
    }
    var group = served.find(segments.get(1)).filter(found -> !found.name().isEmpty());
    return switch (segments.size()) {
      case 2 -> group.map(found -> json(request, ClassicDiscovery.group(found)));
      case 3 ->
          group
              .flatMap(found -> found.version(segments.get(2)))
              .map(version -> json(request, ClassicDiscovery.resources(version)));
      default -> Optional.empty();
    };
  }

  private static Response root(Request request, ServedGroups served, boolean core) {
    for (var type : MediaType.accepted(request.headers().firstOr("Accept", ""))) {
      boolean aggregated =
          type.type().equals(MediaType.JSON)
              && type.parameter("g").equals(AGGREGATED_GROUP)
              && type.parameter("as").equals("APIGroupDiscoveryList");
      var version = type.parameter("v").toLowerCase(Locale.ROOT);
      if (aggregated && (version.equals("v2") || version.equals("v2beta1"))) {
        return aggregated(request, served, core, version);
      }
    }
    var address = request.headers().firstOr("Host", "");
    return json(
        request, core ? ClassicDiscovery.versions(address) : ClassicDiscovery.groups(served));
  }

  private static Response aggregated(
      Request request, ServedGroups served, boolean core, String version) {
    var document = AggregatedDiscovery.document(served, core, AGGREGATED_GROUP + "/" + version);
    var body = JsonPrinter.printUtf8(document);
    var etag = '"' + hash(body) + '"';
    var headers =
        Headers.of(
            "Content-Type",
            MediaType.JSON
                + ";g="
                + AGGREGATED_GROUP
                + ";v="
                + version
                + ";as=APIGroupDiscoveryList",
            "ETag",
            etag,
            "Vary",
            "Accept",
            "Cache-Control",
            "public");
    return request.headers().lists("If-None-Match", etag)
        ? new Response.Whole(304, headers, new byte[0])
        : new Response.Whole(200, headers, body);
  }

  private static String hash(byte[] body) {
    try {
      var digest = MessageDigest.getInstance("SHA-512").digest(body);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Response json(Request request, JsonObject document) {
    return Answers.json(Answers.format(request), 200, JsonPrinter.printUtf8(document));
  }
}
