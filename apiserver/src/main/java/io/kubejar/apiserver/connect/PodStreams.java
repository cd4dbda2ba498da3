package io.kubejar.apiserver.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.apiserver.verbs.Resources;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What clients stream from and to containers by way of the kubelet: exec, attach, port-forward.
record PodStreams(Resources resources, Kubelets kubelets) {
  Response exec(Request request, ObjectKey key) throws InterruptedException {
    return stream(request, key, "exec");
  }

  Response attach(Request request, ObjectKey key) throws InterruptedException {
    return stream(request, key, "attach");
  }

  private Response stream(Request request, ObjectKey key, String what) throws InterruptedException {
    var pod = resources.of(Pod.RESOURCE).get(key);
    var query = request.query();
    var container = container(pod, query.firstOr("container", ""));
    var kubelet = kubelets.of(node(pod));
    var options = new TreeMap<String, List<String>>();
    option(query, options, "stdin", "input");
    option(query, options, "stdout", "output");
    option(query, options, "stderr", "error");
    option(query, options, "tty", "tty");
    if (what.equals("exec") && !query.all("command").isEmpty()) {
      options.put("command", query.all("command"));
    }
    var path = "/" + what + "/" + key.namespace() + "/" + key.name() + "/" + container;
    boolean newest =
        WebSocketOffer.of(request)
            .filter(offer -> offer.protocols().contains(StreamTranslator.PROTOCOL))
            .isPresent();
    return newest
        ? new StreamTranslator(kubelet, GoPaths.escape(path) + queryText(options), wanted(query))
            .open()
        : ReverseProxy.upgradeOnly(request, kubelet, path, queryText(options));
  }

  private static StreamTranslator.Wanted wanted(Query query) {
    return new StreamTranslator.Wanted(
        query.flag("stdin"), query.flag("stdout"), query.flag("stderr"), query.flag("tty"));
  }

  private static void option(
      Query query, Map<String, List<String>> options, String name, String kubeletName) {
    if (query.flag(name)) {
      options.put(kubeletName, List.of("1"));
    }
  }

  Response portForward(Request request, ObjectKey key) throws InterruptedException {
    var pod = resources.of(Pod.RESOURCE).get(key);
    var kubelet = kubelets.of(node(pod));
    var ports = request.query().all("ports");
    var options =
        ports.isEmpty()
            ? Map.<String, List<String>>of()
            : Map.of("port", List.of(String.join(",", ports)));
    var path = "/portForward/" + key.namespace() + "/" + key.name();
    var tunnel = WebSocketOffer.of(request).filter(PortTunnel::wanted);
    return tunnel.isPresent()
        ? PortTunnel.open(request, tunnel.get(), kubelet, GoPaths.escape(path) + queryText(options))
        : ReverseProxy.upgradeOnly(request, kubelet, path, queryText(options));
  }

  private static String node(Pod pod) {
    if (pod.spec().nodeName().isEmpty()) {
      throw ApiException.badRequest(
          "pod " + pod.metadata().name() + " does not have a host assigned");
    }
    return pod.spec().nodeName();
  }

  /// The container that a request means.
  static String container(Pod pod, String wanted) {
    var all =
        Stream.of(
                pod.spec().initContainers().stream().map(Container::name),
                pod.spec().containers().stream().map(Container::name),
                pod.spec().ephemeralContainers().stream().map(EphemeralContainer::name))
            .flatMap(names -> names)
            .toList();
    var name = pod.metadata().name();
    if (!wanted.isEmpty()) {
      if (!all.contains(wanted)) {
        throw ApiException.badRequest("container " + wanted + " is not valid for pod " + name);
      }
      return wanted;
    }
    if (pod.spec().containers().size() == 1) {
      return pod.spec().containers().getFirst().name();
    }
    throw ApiException.badRequest(
        "a container name must be specified for pod "
            + name
            + ", choose one of: ["
            + String.join(" ", all)
            + "]");
  }

  /// A query in the order of its names.
  static String queryText(Map<String, List<String>> options) {
    var text = new StringJoiner("&", "?", "").setEmptyValue("");
    options.forEach(
        (name, values) ->
            values.forEach(value -> text.add(name + "=" + URLEncoder.encode(value, UTF_8))));
    return text.toString();
  }
}
