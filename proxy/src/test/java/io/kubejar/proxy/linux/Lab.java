package io.kubejar.proxy.linux;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A machine with three pods on a bridge and a neighbour outside, all in network namespaces.
@SuppressWarnings("try") // Taking it down may be interrupted.
final class Lab implements AutoCloseable {
  static final int PORT = 8080;
  private static final int PATIENCE_MS = 2_000;

  final Namespace host;
  final Namespace outside;
  final List<Namespace> pods = new ArrayList<>();
  private final List<AutoCloseable> servers = new ArrayList<>();

  Lab(int pods) throws IOException, InterruptedException {
    var prefix = "kjp" + ProcessHandle.current().pid() + "-";
    host = new Namespace(prefix + "host");
    outside = new Namespace(prefix + "out");
    host.run("ip link add br0 type bridge");
    host.run("ip addr add 10.244.0.1/24 dev br0");
    host.run("ip link set br0 up");
    for (int i = 1; i <= pods; i++) {
      addPod(prefix, i);
    }
    host.run("ip link add out0 type veth peer name eth0 netns " + outside.name());
    host.run("ip addr add 192.168.77.1/24 dev out0");
    host.run("ip link set out0 up");
    outside.run("ip addr add 192.168.77.2/24 dev eth0");
    outside.run("ip link set eth0 up");
    host.run("ip route add default via 192.168.77.2");
    host.run("sysctl -q -w net.ipv4.ip_forward=1");
  }

  private void addPod(String prefix, int number) throws IOException, InterruptedException {
    var pod = new Namespace(prefix + "p" + number);
    pods.add(pod);
    host.run("ip link add v" + number + " type veth peer name eth0 netns " + pod.name());
    host.run("ip link set v" + number + " master br0 up");
    // As the CNI plugin does with hairpinMode: a pod's packet to itself leaves by the port it came
    // from.
    host.run("ip link set v" + number + " type bridge_slave hairpin on");
    pod.run("ip addr add " + address(number) + "/24 dev eth0");
    pod.run("ip link set eth0 up");
    pod.run("ip route add default via 10.244.0.1");
  }

  static String address(int pod) {
    return "10.244.0." + (10 + pod);
  }

  Namespace pod(int number) {
    return pods.get(number - 1);
  }

  /// Answers every connection to the pod with its address and that of the caller, as `pod caller`.
  void serve(int number) throws Exception {
    serve(pod(number), address(number));
  }

  void serve(Namespace where, String address) throws Exception {
    var server = where.call(() -> new ServerSocket(PORT, 50, InetAddress.getByName(address)));
    servers.add(server);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (var connection = server.accept()) {
                  var answer = address + " " + connection.getInetAddress().getHostAddress();
                  connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                } catch (IOException _) {
                  // The server was closed, or a client left: the next round shows which.
                }
              }
            });
  }

  void serveUdp(int number) throws Exception {
    var socket =
        pod(number).call(() -> new DatagramSocket(PORT, InetAddress.getByName(address(number))));
    servers.add(socket);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              var packet = new DatagramPacket(new byte[100], 100);
              while (!socket.isClosed()) {
                try {
                  socket.receive(packet);
                  var answer = address(number).getBytes(StandardCharsets.UTF_8);
                  socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException _) {
                  // The socket was closed.
                }
              }
            });
  }

  /// What the server says to a new connection.
  static String call(Namespace from, String address, int port) throws Exception {
    return from.call(
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          }
        });
  }

  /// The address of the pod that answers.
  static String whoAnswers(Namespace from, String address, int port) throws Exception {
    return call(from, address, port).split(" ", -1)[0];
  }

  static DatagramSocket udpClient(Namespace from) throws Exception {
    return from.call(DatagramSocket::new);
  }

  static String askUdp(DatagramSocket socket, String address, int port)
      throws IOException, SocketException {
    byte[] question = {'?'};
    socket.setSoTimeout(PATIENCE_MS);
    socket.send(new DatagramPacket(question, 1, new InetSocketAddress(address, port)));
    var answer = new DatagramPacket(new byte[100], 100);
    socket.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws Exception {
    for (var server : servers) {
      server.close();
    }
    for (var pod : pods) {
      pod.close();
    }
    outside.close();
    host.close();
  }
}
