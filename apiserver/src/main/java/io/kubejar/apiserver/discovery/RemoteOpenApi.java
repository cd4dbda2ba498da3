package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The OpenAPI documents of what other servers answer for.
public interface RemoteOpenApi {
  /// The documents of version 3: path to URL.
  Map<String, String> paths();

  /// Lets the server that has the document of this path answer; empty if there is none.
  Optional<Response> document(Request request, String path);

  /// Paths and definitions for the one document of version 2.
  List<JsonObject> parts();
}
