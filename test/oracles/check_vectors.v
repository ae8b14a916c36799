// Reads two sets of vectors of whole numbers into one module and computes the first again:
//
//   separable vectors --values integers --format hex --name first --output first      and the same for second
//   iverilog -g2001 check_vectors.v -o check && ./check && separable judge first answer.hex
module check_vectors;
  `include "first/geometry.vh"
  `include "second/geometry.vh"
  reg signed [31:0] x [0:FIRST_N*FIRST_H*FIRST_W*FIRST_C-1];
  reg signed [31:0] w [0:FIRST_KH*FIRST_KW*FIRST_C*FIRST_O-1];
  reg signed [31:0] b [0:FIRST_O-1];
  reg signed [31:0] y [0:FIRST_N*FIRST_OH*FIRST_OW*FIRST_O-1];
  reg signed [31:0] sum;
  integer oh, ow, o, kh, kw, c;
  initial begin
    $readmemh("first/input.hex", x);
    $readmemh("first/filter.hex", w);
    $readmemh("first/bias.hex", b);
    for (oh = 0; oh < FIRST_OH; oh = oh + 1)
      for (ow = 0; ow < FIRST_OW; ow = ow + 1)
        for (o = 0; o < FIRST_O; o = o + 1) begin
          sum = b[o];
          for (kh = 0; kh < FIRST_KH; kh = kh + 1)
            for (kw = 0; kw < FIRST_KW; kw = kw + 1)
              for (c = 0; c < FIRST_C; c = c + 1)
                sum = sum + x[((oh + kh) * FIRST_W + ow + kw) * FIRST_C + c]
                          * w[((kh * FIRST_KW + kw) * FIRST_C + c) * FIRST_O + o];
          y[(oh * FIRST_OW + ow) * FIRST_O + o] = sum;
        end
    $writememh("answer.hex", y);
  end
endmodule
