package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.endpoints.Answers;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.wire.MediaType;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import io.kubejar.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Answers `/api` and `/apis` and what is below them, as far as it names no resource.
public final class DiscoveryHandler {
  private static final String AGGREGATED_GROUP = "apidiscovery.k8s.io";
  private static final Set<String> AGGREGATED_VERSIONS = Set.of("v2", "v2beta1");

  private final ShownGroups shown;

  /// @param served what this server serves at the moment
  /// @param remote what others answer for at the moment
  public DiscoveryHandler(Supplier<ServedGroups> served, Supplier<List<RemoteVersion>> remote) {
    shown = new ShownGroups(served, remote);
  }

  /// Empty if the path is none of discovery's.
  public Optional<Response> handle(Request request) {
    var segments = List.of(request.path().replaceAll("^/+|/+$", "").split("/", -1));
    boolean core = segments.getFirst().equals("api");
    boolean discovery = core || segments.getFirst().equals("apis");
    boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
    if (!discovery || !reading) {
      return Optional.empty();
    }
    var now = shown.current();
    if (segments.size() == 1) {
      return Optional.of(root(request, now, core));
    }
    if (core) {
      return segments.size() == 2 ? resources(request, now, "", segments.get(1)) : Optional.empty();
    }
    var group = segments.get(1);
    return switch (segments.size()) {
      case 2 ->
          now.find(group)
              .filter(found -> !found.name().isEmpty())
              .map(found -> answer(request, ClassicDiscovery.group(found)));
      case 3 ->
          group.isEmpty() ? Optional.empty() : resources(request, now, group, segments.get(2));
      default -> Optional.empty();
    };
  }

  /// The paths of all groups and versions.
  public List<String> paths() {
    var paths = new ArrayList<>(List.of("/api", "/apis", "/apis/"));
    for (var group : shown.current().groups()) {
      boolean core = group.name().isEmpty();
      var path = core ? "/api" : "/apis/" + group.name();
      paths.add(path);
      group.versions().forEach(version -> paths.add(path + "/" + version.name()));
    }
    return paths;
  }

  private static Optional<Response> resources(
      Request request, ShownGroups.Made now, String group, String version) {
    return now.own()
        .find(group)
        .flatMap(found -> found.version(version))
        .map(found -> answer(request, ClassicDiscovery.resources(found)));
  }

  private static Response root(Request request, ShownGroups.Made now, boolean core) {
    for (var type : MediaType.accepted(request.headers().firstOr("Accept", ""))) {
      var version = type.parameter("v");
      boolean aggregated =
          type.parameter("g").equals(AGGREGATED_GROUP)
              && type.parameter("as").equals("APIGroupDiscoveryList")
              && AGGREGATED_VERSIONS.contains(version);
      if (aggregated) {
        var encoding = encoding(type.type());
        if (encoding.isPresent()) {
          return aggregated(request, now.aggregated(core), version, encoding.get());
        }
      } else if (encoding(type.type()).isPresent()) {
        break; // The client likes the classic form better than anything behind.
      }
    }
    var address = request.headers().firstOr("Host", "");
    return answer(
        request, core ? ClassicDiscovery.versions(address) : ClassicDiscovery.groups(now.groups()));
  }

  private static Optional<Encoding> encoding(String type) {
    return switch (type) {
      case MediaType.JSON, "application/*", "*/*" -> Optional.of(Encoding.JSON);
      case MediaType.PROTOBUF -> Optional.of(Encoding.PROTOBUF);
      default -> Optional.empty();
    };
  }

  private static Response aggregated(
      Request request, ShownGroups.Aggregated document, String version, Encoding encoding) {
    var parameters = ";g=" + AGGREGATED_GROUP + ";v=" + version + ";as=APIGroupDiscoveryList";
    var headers =
        Headers.of(
            "Content-Type",
            encoding.mediaType() + parameters,
            "ETag",
            document.tag(),
            "Vary",
            "Accept",
            "Cache-Control",
            "public");
    if (request.headers().lists("If-None-Match", document.tag())) {
      return new Response.Whole(304, headers.without("Content-Type"), new byte[0]);
    }
    var apiVersion = AGGREGATED_GROUP + "/" + version;
    var json = AggregatedDiscovery.document(document.groups(), apiVersion);
    var body =
        encoding == Encoding.PROTOBUF ? protobuf(apiVersion, json) : JsonPrinter.printUtf8(json);
    return new Response.Whole(200, headers, body);
  }

  private static Response answer(Request request, JsonObject document) {
    var format = Answers.format(request);
    return format.encoding() == Encoding.PROTOBUF
        ? Response.of(200, MediaType.PROTOBUF, protobuf("v1", document))
            .with("Cache-Control", "no-cache, private")
        : Answers.json(format, 200, JsonPrinter.printUtf8(document));
  }

  private static byte[] protobuf(String apiVersion, JsonObject document) {
    var kind = document.text("kind");
    return ProtobufEnvelope.write(apiVersion, kind, document, DiscoveryMessage.ofKind(kind));
  }
}
