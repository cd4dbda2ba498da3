package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apiserver.discovery.RemoteOpenApi;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The OpenAPI documents of the servers behind APIServices.
record RemoteOpenApis(RemoteDocuments documents, Forward forward) implements RemoteOpenApi {
  /// Sends a request on to the server behind an APIService.
  @FunctionalInterface
  interface Forward {
    Response to(Request request, APIService service);
  }

  @Override
  public Map<String, String> paths() {
    return documents.schemas();
  }

  @Override
  public Optional<Response> document(Request request, String path) {
    return documents.withSchema(path).map(service -> forward.to(request, service));
  }

  @Override
  public List<JsonObject> parts() {
    return documents.swagger();
  }
}
