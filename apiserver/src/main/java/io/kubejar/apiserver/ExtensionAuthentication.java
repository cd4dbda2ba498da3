package io.kubejar.apiserver;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.http.pki.Pem;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What extension servers must know to believe this server about users: the content of the
/// ConfigMap `extension-apiserver-authentication`.
final class ExtensionAuthentication {
  private ExtensionAuthentication() {}

  static Map<String, String> data(
      List<X509Certificate> clientAuthorities, @Nullable FrontProxy frontProxy) {
    var data = new LinkedHashMap<String, String>();
    if (!clientAuthorities.isEmpty()) {
      data.put("client-ca-file", Pem.encode(clientAuthorities));
    }
    if (frontProxy != null) {
      data.put("requestheader-client-ca-file", Pem.encode(frontProxy.authorities()));
      data.put("requestheader-allowed-names", list(frontProxy.names()));
      data.put("requestheader-username-headers", list(List.of("X-Remote-User")));
      data.put("requestheader-uid-headers", list(List.of("X-Remote-Uid")));
      data.put("requestheader-group-headers", list(List.of("X-Remote-Group")));
      data.put("requestheader-extra-headers-prefix", list(List.of("X-Remote-Extra-")));
    }
    return data;
  }

  private static String list(List<String> texts) {
    return JsonPrinter.print(
        new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList()));
  }
}
