package io.kubejar.apiserver.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.Headers;
import io.kubejar.http.UpgradeClient;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/// Logs of containers, from the kubelet.
record PodLogs(Resources resources, Kubelets kubelets) {
  /// How much of a kubelet's error is shown.
  private static final int ERROR_MAX = 50_000;

  private static final List<String> FLAGS = List.of("follow", "previous", "timestamps");
  private static final List<String> VALUES =
      List.of("sinceSeconds", "sinceTime", "tailLines", "limitBytes");

  Response get(Request request, ObjectKey key) throws InterruptedException {
    var query = request.query();
    LogOptions.validate(key.name(), query);
    var pod = resources.of(Pod.RESOURCE).get(key);
    var container = PodStreams.container(pod, query.firstOr("container", ""));
    var node = pod.spec().nodeName();
    if (node.isEmpty()) {
      return new Response.Whole(204, Headers.EMPTY, new byte[0]); // Nothing has run yet.
    }
    var kubelet =
        query.flag("insecureSkipTLSVerifyBackend") ? kubelets.unverified(node) : kubelets.of(node);
    var path = "/containerLogs/" + key.namespace() + "/" + key.name() + "/" + container;
    var answer = ask(kubelet, GoPaths.escape(path) + options(query), request);
    if (answer.status() < 200 || answer.status() > 206) {
      throw refused(answer, key.name());
    }
    return WebSocketOffer.of(request)
        .map(offer -> LogSocket.answer(offer, answer.stream()))
        .orElseGet(() -> plain(answer));
  }

  private static Response plain(UpgradeClient.Response answer) {
    return ReverseProxy.relayed(
        new UpgradeClient.Response(
            200, "", Headers.of("Content-Type", "text/plain"), answer.stream()));
  }

  private static UpgradeClient.Response ask(Backend kubelet, String target, Request request) {
    try {
      var answer =
          UpgradeClient.send(
              kubelet.target(), new UpgradeClient.Request("GET", target, Headers.EMPTY));
      request.exchange().onCancel(answer.stream()::close);
      return answer;
    } catch (IOException failure) {
      throw ApiException.unexplained(
          "Get \"https://" + kubelet.authority() + target + "\": " + kubelet.failure(failure));
    }
  }

  private static ApiException refused(UpgradeClient.Response answer, String name) {
    String text;
    try (var stream = answer.stream()) {
      text = new String(stream.input().readNBytes(ERROR_MAX), UTF_8);
    } catch (IOException broken) {
      return ApiException.internal(broken);
    }
    return switch (answer.status()) {
      case 500 -> ApiException.internal(text);
      case 400 -> ApiException.badRequest(text);
      default ->
          ApiException.fromAnswer(answer.status(), "", Pod.RESOURCE.groupResource(), name, text);
    };
  }

  private static String options(Query query) {
    var options = new TreeMap<String, List<String>>();
    for (var name : FLAGS) {
      if (query.flag(name)) {
        options.put(name, List.of("true"));
      }
    }
    for (var name : VALUES) {
      query.first(name).ifPresent(value -> options.put(name, List.of(value)));
    }
    return PodStreams.queryText(options);
  }
}
