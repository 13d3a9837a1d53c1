import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Clients that try to stop a service, and others that must not notice: java Floods.java PORT PROCESS MOST_MEBIBYTES MOST_MILLIS.
 * It ends with 1 if a probe or a small request took longer than MOST_MILLIS or failed during a flood, if the process ended or
 * became larger than MOST_MEBIBYTES, or if a flood was not answered as it should.
 */
public final class Floods {
    private static final int MEGA = 1_000_000;
    private static final Pattern MEMORY = Pattern.compile("\nstepwise_clients_memory_bytes (\\S+)\n");

    private final int port;
    private final Path process;
    private final long mostKibi;
    private final long mostMillis;
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());

    private Floods(String[] args) {
        port = Integer.parseInt(args[0]);
        process = Path.of("/proc", args[1], "status");
        mostKibi = Long.parseLong(args[2]) << 10;
        mostMillis = Long.parseLong(args[3]);
    }

    public static void main(String[] args) throws Exception {
        Floods floods = new Floods(args);
        floods.run("slow bodies", () -> floods.slowBodies(210, 20_000, 600), Map.of("408", 210));
        floods.run("slow streams of HTTP/2", () -> floods.slowStreams(42), Map.of("408", 42));
        floods.run("large bodies", () -> floods.largeBodies(64, 16 * MEGA), Map.of());
        floods.run("large pictures", () -> floods.largePictures(220), Map.of());
        floods.run("uploads of large pictures", () -> floods.uploads(2), Map.of());
        floods.run("archives that nobody reads", () -> floods.unreadArchives(40), Map.of());
        floods.faults.forEach(fault -> System.out.println("floods: " + fault));
        System.exit(floods.faults.isEmpty() ? 0 : 1);
    }

    private interface Flood {
        /** How often each status was answered. */
        Map<String, Integer> run() throws Exception;
    }

    /** Runs a flood while others ask, and until the memory for requests is free again. */
    private void run(String name, Flood flood, Map<String, Integer> right) throws Exception {
        Map<String, Long> worst = new ConcurrentSkipListMap<>();
        AtomicInteger asked = new AtomicInteger();
        List<Thread> others = new ArrayList<>();
        for (String path : List.of("/q/health/live", "/q/health/ready", "/models", "/generate")) {
            others.add(new Thread(() -> ask(name, path, worst, asked)));
        }
        others.forEach(Thread::start);
        TimeUnit.SECONDS.sleep(1);
        Map<String, Integer> answers = flood.run();
        for (Socket socket : List.copyOf(open)) {
            socket.close();
        }
        open.clear();
        for (int i = 0; i < 100 && !memoryIsFree(); i++) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        if (!memoryIsFree()) {
            faults.add(name + ": the memory for requests is not given back");
        }
        others.forEach(Thread::interrupt);
        for (Thread other : others) {
            other.join();
        }
        right.forEach((status, count) -> {
            if (!count.equals(answers.get(status))) {
                faults.add(name + ": the answers are " + answers + ", must be " + right);
            }
        });
        System.out.println("floods: " + name + ": answers " + answers + "; " + asked + " others, at most " + worst
                + " ms; " + (size() >> 10) + " MiB");
    }

    /** Asks again and again until it is interrupted. */
    private void ask(String flood, String path, Map<String, Long> worst, AtomicInteger asked) {
        String body = path.equals("/generate") ? "{\"steps\": 1, \"seed\": 1}" : "";
        while (!Thread.interrupted()) {
            long begin = System.nanoTime();
            String status = "none";
            try (Socket socket = connect()) {
                socket.setSoTimeout((int) (10 * mostMillis));
                String method = body.isEmpty() ? "GET " : "POST ";
                send(socket, method + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + (body.isEmpty() ? "" : json(body.length())) + "\r\n" + body);
                status = status(socket);
            } catch (IOException e) {
                status = e.toString();
            }
            long millis = (System.nanoTime() - begin) / MEGA;
            asked.incrementAndGet();
            worst.merge(path, millis, Math::max);
            if (!status.equals("200") || millis > mostMillis) {
                faults.add(flood + ": " + path + " was answered with " + status + " after " + millis + " ms");
            }
            if (size() > mostKibi) {
                faults.add(flood + ": the process has " + (size() >> 10) + " MiB");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean memoryIsFree() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "GET /q/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String metrics = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher bytes = MEMORY.matcher(metrics);
            return bytes.find() && Double.parseDouble(bytes.group(1)) < MEGA; // the others use a little
        }
    }

    /** Resident memory in KiB; the largest number if the process has ended. */
    private long size() {
        try {
            return Files.readAllLines(process).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException gone) {
            return Long.MAX_VALUE;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String json(int length) {
        return "Content-Type: application/json\r\nContent-Length: " + length + "\r\n";
    }

    /** The status of the answer; "closed" if none comes. */
    private static String status(Socket socket) throws IOException {
        String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        return line.startsWith("HTTP/1.1 ") ? line.substring(9) : "closed";
    }

    private Socket begin(String path, String headers) throws IOException {
        Socket socket = connect();
        open.add(socket);
        send(socket, "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
        return socket;
    }

    /** Does something many times at once, and counts what comes of it. */
    private static Map<String, Integer> atOnce(int count, java.util.concurrent.Callable<String> each) throws Exception {
        Map<String, Integer> results = new TreeMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(new Thread(() -> {
                String result;
                try {
                    result = each.call();
                } catch (Exception e) {
                    result = e.getClass().getSimpleName();
                }
                synchronized (results) {
                    results.merge(result, 1, Integer::sum);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return results;
    }

    /** Bodies of 16 MB that begin fast and go on at a few bytes a second, for each route in turn. */
    private Map<String, Integer> slowBodies(int count, int begin, int perSecond) throws Exception {
        List<String> paths = List.of("/generate", "/train", "/v1/images/generations", "/v2/models/faces/infer");
        AtomicInteger number = new AtomicInteger();
        return atOnce(count, () -> {
            Socket socket = begin(paths.get(number.getAndIncrement() % paths.size()), json(16 * MEGA));
            send(socket, "{\"image\":\"" + "A".repeat(begin));
            socket.setSoTimeout(1000);
            for (int second = 0; second < 40; second++) {
                try {
                    send(socket, "A".repeat(perSecond));
                    return status(socket);
                } catch (java.net.SocketTimeoutException notYet) {
                    continue;
                }
            }
            return "open";
        });
    }

    /** Streams of one connection that send a byte and then nothing. Frames: RFC 9113; headers: RFC 7541, as literals. */
    private Map<String, Integer> slowStreams(int count) throws Exception {
        Socket socket = connect();
        open.add(socket);
        socket.setSoTimeout(30_000);
        OutputStream out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, 4, 0, 0, new byte[] {0, 1, 0, 0, 0, 0}); // answers use no table of headers
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        Map<String, String> fields = new java.util.LinkedHashMap<>();
        fields.put(":method", "POST");
        fields.put(":scheme", "http");
        fields.put(":path", "/generate");
        fields.put(":authority", "localhost");
        fields.put("content-type", "application/json");
        fields.forEach((name, value) -> {
            headers.write(0);
            headers.write(name.length());
            headers.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            headers.write(value.length());
            headers.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        });
        for (int i = 0; i < count; i++) {
            frame(out, 1, 4, 2 * i + 1, headers.toByteArray());
            frame(out, 0, 0, 2 * i + 1, new byte[] {'{'});
        }
        Map<String, Integer> answers = new TreeMap<>();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int answered = 0; answered < count; ) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            byte[] content = in.readNBytes(length);
            if (type == 4 && (flags & 1) == 0) {
                frame(out, 4, 1, 0, new byte[0]);
            } else if (type == 1) {
                answers.merge(status(content), 1, Integer::sum);
                answered++;
            }
        }
        return answers;
    }

    /** The status of a block of headers that uses no table: the only text of three characters there. */
    private static String status(byte[] headers) {
        for (int i = 0; i + 3 < headers.length; i++) {
            String text = new String(headers, i + 1, 3, StandardCharsets.ISO_8859_1);
            if (headers[i] == 3 && text.matches("[1-5][0-9][0-9]")) {
                return text;
            }
        }
        return "none";
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] content) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + content.length);
        frame.put((byte) (content.length >> 16)).putShort((short) content.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(content);
        out.write(frame.array());
    }

    /** All but the end of many bodies at once, the end a moment later. */
    private Map<String, Integer> largeBodies(int count, int size) throws Exception {
        byte[] body = ("{\"image\":\"" + "A".repeat(size - 12) + "\"}").getBytes(StandardCharsets.US_ASCII);
        return atOnce(count, () -> {
            Socket socket = begin("/generate", json(body.length));
            socket.setSoTimeout(60_000);
            try {
                socket.getOutputStream().write(body, 0, body.length - 1000);
                TimeUnit.SECONDS.sleep(4);
                socket.getOutputStream().write(body, body.length - 1000, 1000);
            } catch (IOException refused) {
                // the answer says why, if it is still there
            }
            return status(socket);
        });
    }

    /** Small files of large pictures; the clients leave before they are answered. */
    private Map<String, Integer> largePictures(int count) throws Exception {
        String image = Base64.getEncoder().encodeToString(png(4096, 4096));
        String body = "{\"image\":\"" + image + "\",\"steps\":1,\"deadline_ms\":100}";
        Map<String, Integer> sent = atOnce(count, () -> {
            send(begin("/generate", json(body.length())), body);
            return "sent";
        });
        TimeUnit.SECONDS.sleep(3);
        return sent;
    }

    private Map<String, Integer> uploads(int count) throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.putNextEntry(new ZipEntry("a.png"));
            zip.write(png(8191, 8192));
        }
        AtomicInteger number = new AtomicInteger();
        return atOnce(count, () -> {
            Socket socket = begin(
                    "/datasets/large" + number.getAndIncrement(),
                    "Content-Type: application/zip\r\nContent-Length: " + archive.size() + "\r\n");
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(archive.toByteArray());
            return status(socket);
        });
    }

    /** A PNG of one colour with 16 bits for each of red, green, blue and alpha. */
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (DeflaterOutputStream packed = new DeflaterOutputStream(rows, new Deflater(9))) {
            byte[] row = new byte[1 + 8 * width];
            for (int y = 0; y < height; y++) {
                packed.write(row);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 16).put((byte) 6).array());
        chunk(file, "IDAT", rows.toByteArray());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String name, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 sum = new CRC32();
        sum.update(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }

    /** Archives of the default model, of which each client reads a little and no more. */
    private Map<String, Integer> unreadArchives(int count) throws Exception {
        return atOnce(count, () -> {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
            open.add(socket);
            socket.setSoTimeout(30_000);
            send(socket, "GET /models/faces/versions/1/archive HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String status = status(socket);
            TimeUnit.SECONDS.sleep(5);
            return status;
        });
    }
}
